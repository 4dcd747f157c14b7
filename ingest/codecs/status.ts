import { FIELD_NAME } from '../../core/device.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { isObject } from './decoded.ts'

/** What a device says of itself: that it came or goes, and, for open enrolment, what it is. */
export interface StatusMessage {
  online: boolean
  type?: string
  firmware?: string
}

const FIRMWARE_CHARS = 64

/** `{"online": true, "type": "smoke-detector", "firmware": "1.4.2"}` (type and firmware optional, further fields ignored), or the bare word `online` or `offline`. */
export function decodeStatus(payload: Buffer): StatusMessage | Refusal {
  const text = payload.toString('utf8').trim()
  if (text === 'online' || text === 'offline') return { online: text === 'online' }
  const message = parse(text)
  if (!isObject(message))
    return refuse('bad_payload', 'expected {"online": true or false} or the word online or offline')
  const { online, type } = message
  if (typeof online !== 'boolean') return refuse('bad_payload', 'online: expected a boolean')
  const told = { online, ...firmwareOf(message) }
  if (type === undefined) return told
  if (typeof type !== 'string' || !FIELD_NAME.test(type))
    return refuse('bad_payload', `type: must match ${FIELD_NAME.source}`)
  return { ...told, type }
}

/** What is no version costs a device nothing: it says who it is all the same. */
function firmwareOf({ firmware }: Record<string, unknown>): { firmware?: string } {
  return typeof firmware === 'string' && firmware !== '' ? { firmware: firmware.slice(0, FIRMWARE_CHARS) } : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
