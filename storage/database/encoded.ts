import { AppError } from '../../core/errors.ts'
import type { Param } from './engine.ts'

/** Builds parameters from an entry's values; what can't be encoded is the entry's fault: `bad_request`. */
export function encoded(build: () => Param[]): Param[] {
  try {
    return build()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown'
    throw new AppError('bad_request', `not encodable: ${why}`, {}, { cause })
  }
}

export function isNotEncodable(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'bad_request'
}
