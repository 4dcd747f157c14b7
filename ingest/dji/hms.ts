import { type Refusal, refuse } from '../../core/refusal.ts'
import { isObject } from '../codecs/decoded.ts'
import { shortText, toNumber } from './dji-envelope.ts'

/** One message of the health management system. */
export interface HmsMessage {
  code: string
  /** 0 notice, 1 reminder, 2 warning. */
  level: number
  module?: number
  inTheSky?: boolean
  imminent?: boolean
  deviceType?: string
  component?: number
  sensor?: number
}

/** The reference knows 20 at most. */
const MAX_MESSAGES = 100

/** Reads the `data` of an `hms` event; an empty list says that nothing is wrong any more. */
export function readHms(data: Record<string, unknown>): HmsMessage[] | Refusal {
  const { list } = data
  if (!Array.isArray(list) || list.length > MAX_MESSAGES)
    return refuse('bad_payload', `data.list: expected at most ${MAX_MESSAGES} messages`)
  const messages: HmsMessage[] = []
  for (const [i, item] of list.entries()) {
    const code = isObject(item) ? shortText(item.code) : undefined
    const level = isObject(item) ? toNumber(item.level) : undefined
    if (code === undefined || level === undefined || !isObject(item))
      return refuse('bad_payload', `data.list[${i}]: expected {code, level, …}`)
    messages.push(toMessage(item, code, level))
  }
  return messages
}

function toMessage(item: Record<string, unknown>, code: string, level: number): HmsMessage {
  const args = isObject(item.args) ? item.args : {}
  const numbers = {
    module: toNumber(item.module),
    component: toNumber(args.component_index),
    sensor: toNumber(args.sensor_index),
  }
  const deviceType = shortText(item.device_type)
  return {
    code,
    level,
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    ...(item.in_the_sky !== undefined && { inTheSky: isYes(item.in_the_sky) }),
    ...(item.imminent !== undefined && { imminent: isYes(item.imminent) }),
    ...(deviceType !== undefined && { deviceType }),
  }
}

function isYes(value: unknown): boolean {
  return value === true || toNumber(value) === 1
}

/** 0: nothing is said; 1 notice, 2 reminder, 3 warning. A metric, so that rules can judge it. */
export function hmsLevel(messages: HmsMessage[]): number {
  return messages.reduce((worst, { level }) => Math.max(worst, level + 1), 0)
}
