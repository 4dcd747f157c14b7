import Type from 'typebox'

/** What a clock is from UTC, `+08:00`. */
export const UTC_OFFSET = Type.String({
  pattern: '^[+-](0\\d|1[0-4]):[0-5]\\d$',
  description: 'hours and minutes such as "+08:00"',
})

/** The same in ms. */
export function toOffsetMs(text = '+00:00'): number {
  const [hours, minutes] = text.slice(1).split(':').map(Number) as [number, number]
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
