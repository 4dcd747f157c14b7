import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'

export interface SentFrame {
  jpeg: Buffer
  device: string | undefined
}

/** The one file of a form, and its `device` field if the address did not name one. Throws `bad_request`, `too_large`. */
export async function readMultipartFrame(request: FastifyRequest, fromAddress: string | undefined): Promise<SentFrame> {
  let jpeg: Buffer | undefined
  let fromField: string | undefined
  for await (const part of request.parts()) {
    if (part.type === 'file') jpeg = await part.toBuffer()
    else if (part.fieldname === 'device') fromField = String(part.value)
  }
  if (jpeg === undefined) throw new AppError('bad_request', 'the form holds no file', { key: 'file' })
  if (fromAddress !== undefined && fromField !== undefined && fromAddress !== fromField)
    throw new AppError('bad_request', 'address and form name different devices', { key: 'device' })
  return { jpeg, device: fromAddress ?? fromField }
}
