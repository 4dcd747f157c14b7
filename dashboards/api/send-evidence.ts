import type { FastifyReply } from 'fastify'
import { AppError } from '../../core/errors.ts'
import type { EvidenceStore } from '../../core/evidence-store.ts'

const ONE_YEAR_S = 31_536_000
const FIVE_MINUTES_S = 300

/** Sends a picture made for showing. Who may see what may change: it is asked for again after a while. */
export function sendPicture(reply: FastifyReply, jpeg: Buffer): FastifyReply {
  return reply.type('image/jpeg').header('cache-control', `private, max-age=${FIVE_MINUTES_S}`).send(jpeg)
}

/** Sends a file of the evidence store; its name is its content, so a browser may keep it for ever. */
export async function sendEvidence(
  reply: FastifyReply,
  evidence: Pick<EvidenceStore, 'get'>,
  sha256: string,
): Promise<FastifyReply> {
  const bytes = await evidence.get(sha256)
  if (bytes === null) throw new AppError('not_found', 'no such evidence', { sha256 })
  return reply
    .type(mediaTypeOf(bytes))
    .header('etag', `"${sha256}"`)
    .header('cache-control', `private, max-age=${ONE_YEAR_S}, immutable`)
    .send(bytes)
}

/** By the first bytes, never by what a sender claimed. */
function mediaTypeOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return 'image/png'
  return 'application/octet-stream'
}
