import type { IncomingMessage } from 'node:http'

const MOST_BYTES = 64 * 1024 * 1024

/** The whole body, or null when it is larger than any picture may be. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}
