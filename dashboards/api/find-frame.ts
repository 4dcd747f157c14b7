import { AppError } from '../../core/errors.ts'
import type { FrameRow } from '../../core/history.ts'
import type { ApiPorts } from './ports.ts'

/** From memory, else from the database. Throws `not_found`, `database_unavailable`. */
export async function findFrame(
  frameId: string,
  { history, recentFrame }: Pick<ApiPorts, 'history' | 'recentFrame'>,
): Promise<FrameRow> {
  const row = recentFrame(frameId) ?? (await history.frame(frameId))
  if (row === null) throw new AppError('not_found', 'no such frame', { frameId })
  return row
}
