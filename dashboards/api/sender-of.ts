import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'

/** A device sends as itself; everyone else says for whom. Throws `bad_request`, `forbidden`. */
export function senderOf({ caller }: FastifyRequest, device: string | undefined): string {
  if (caller?.kind !== 'device') {
    if (device === undefined)
      throw new AppError('bad_request', 'which device is it of? add ?device=ID', { key: 'device' })
    return device
  }
  if (device !== undefined && device !== caller.name)
    throw new AppError('forbidden', 'a device speaks for itself only', { device })
  return caller.name
}
