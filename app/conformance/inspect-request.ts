import { isRefusal } from '../../core/refusal.ts'
import { readPilotCallback } from '../../ingest/dji/media-callback.ts'
import { DEFAULT_LIMITS } from '../../ingest/limits.ts'
import type { RequestFacts } from '../../simulators/conformance/trace.ts'
import { mediaFacts, ZONE } from './inspect-dji.ts'
import { digestOf } from './inspect-message.ts'
import { pictureFacts } from './inspect-picture.ts'

interface Request {
  path: string
  type: string
  body: Buffer
}

/** What the service would make of a device's request over HTTP. */
export async function inspectRequest({ path, type, body }: Request): Promise<Partial<RequestFacts>> {
  if (path.startsWith('/api/v1/frames')) {
    const jpeg = type.startsWith('multipart/') ? await fileOf(type, body) : body
    const facts = await pictureFacts(jpeg)
    return { digest: digestOf(jpeg), ...('frame' in facts && { frame: facts.frame }) }
  }
  const digest = digestOf(body)
  if (!path.endsWith('/upload-callback')) return { digest }
  const callback = readPilotCallback(jsonOf(body), {
    ...{ zone: ZONE, arrivalMs: Date.now(), futureMs: DEFAULT_LIMITS.futureMs },
  })
  return { digest, ...(!isRefusal(callback) && { media: mediaFacts(callback) }) }
}

/** The first file of a form; nothing when it is none. */
async function fileOf(type: string, body: Buffer): Promise<Buffer> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    for (const value of form.values()) if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer())
  } catch {
    // Not a form: the service answers 400.
  }
  return Buffer.alloc(0)
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
