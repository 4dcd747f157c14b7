import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { FLIGHT_ID } from '../../core/patrol.ts'

export interface SentFrame {
  jpeg: Buffer
  device: string | undefined
  flight: string | undefined
  /** File name, as the form gives it. */
  name: string | undefined
}

/** The one file of a form, and its fields `device`, if the address did not name one, and `flight`. Throws `bad_request`, `too_large`. */
export async function readMultipartFrame(request: FastifyRequest, fromAddress: string | undefined): Promise<SentFrame> {
  let jpeg: Buffer | undefined
  let fromField: string | undefined
  let flight: string | undefined
  let name: string | undefined
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      jpeg = await part.toBuffer()
      name = part.filename
    } else if (part.fieldname === 'device') fromField = String(part.value)
    else if (part.fieldname === 'flight') flight = String(part.value)
  }
  if (jpeg === undefined) throw new AppError('bad_request', 'the form holds no file', { key: 'file' })
  if (fromAddress !== undefined && fromField !== undefined && fromAddress !== fromField)
    throw new AppError('bad_request', 'address and form name different devices', { key: 'device' })
  if (flight !== undefined && !FLIGHT_ID.test(flight))
    throw new AppError('bad_request', `flight: must match ${FLIGHT_ID.source}`, { key: 'flight' })
  return { jpeg, device: fromAddress ?? fromField, flight, name }
}
