/** When something of the recording happens now, ms → ms. */
export type ToNow = (atMs: number) => number

/** RFC 8428 §4.5.3: seconds below this are relative to the arrival. */
const RELATIVE_BELOW_S = 2 ** 28
const SENML_TIMES = ['bt', 't'] as const

/** The same readings, measured now: each time they name is moved. What names none, or is no JSON, stays as it is. */
export function moveTimes(payload: Buffer, toNow: ToNow): Buffer {
  let document: unknown
  try {
    document = JSON.parse(payload.toString('utf8'))
  } catch {
    return payload
  }
  return Buffer.from(
    JSON.stringify(Array.isArray(document) ? document.map((one) => moved(one, toNow)) : moved(document, toNow)),
  )
}

function moved(item: unknown, toNow: ToNow): unknown {
  if (typeof item !== 'object' || item === null) return item
  const { at } = item as { at?: unknown }
  if (typeof at === 'number') return { ...item, at: toNow(at) }
  if (typeof at === 'string' && !Number.isNaN(Date.parse(at)))
    return { ...item, at: new Date(toNow(Date.parse(at))).toISOString() }
  const times = SENML_TIMES.flatMap((field) => {
    const seconds = (item as Record<string, unknown>)[field]
    return typeof seconds === 'number' && seconds >= RELATIVE_BELOW_S ? [[field, toNow(seconds * 1000) / 1000]] : []
  })
  return { ...item, ...Object.fromEntries(times) }
}
