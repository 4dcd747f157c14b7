import { AppError } from '../../core/errors.ts'
import { describeTensor } from './tensor.ts'

/** The error for a graph that is not what the manifest says: which tensor, what was expected, what was found. */
export function misfit(
  model: { id: string; family: string },
  tensor: string,
  expected: string,
  found: readonly { name: string; type?: string; dims: readonly (number | null)[] }[],
): AppError {
  const shapes = found.map(describeTensor).join('; ') || 'nothing'
  return new AppError(
    'model_invalid',
    `model ${model.id} is no ${model.family}: ${tensor} should be ${expected}, found ${shapes}`,
    { model: model.id, family: model.family, tensor, expected, found: shapes },
  )
}
