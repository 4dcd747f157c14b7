import { AppError } from '../../core/errors.ts'
import { describeTensor } from './tensor.ts'

/** The error for a graph that is not what it should be: which tensor, what was expected, what was found. */
export function misfit(
  model: { id: string; family?: string | undefined },
  tensor: string,
  expected: string,
  found: readonly { name: string; type?: string; dims: readonly (number | null)[] }[],
): AppError {
  const shapes = found.map(describeTensor).join('; ') || 'nothing'
  const family = model.family ?? 'detector that is known'
  return new AppError(
    'model_invalid',
    `model ${model.id} is no ${family}: ${tensor} should be ${expected}, found ${shapes}`,
    { model: model.id, ...(model.family !== undefined && { family: model.family }), tensor, expected, found: shapes },
  )
}
