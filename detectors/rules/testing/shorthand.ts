/** One place of a series: the value that is measured there, or null when nothing comes. */
export type Place = number | null

/** Something wrong in a shorthand; `index` is where it begins in the text. */
export interface ShorthandFault {
  index: number
  message: string
}

/** Two months of a value a minute: more is a back-test, not a test. */
export const MAX_PLACES = 100_000

const NUMBER = String.raw`(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?`
const VALUES = new RegExp(`^(-?${NUMBER})(?:([+-])(${NUMBER}))?(?:x(\\d+))?$`, 'i')
const NOTHING = /^(?:_|stale)(?:x(\d+))?$/

/**
 * Reads a series written in short, one word per run of values, words apart by blanks:
 *
 *     5 -0.5 1e3   single values
 *     0x30         thirty zeros
 *     1+2x4        1, then four steps of +2: 1 3 5 7 9
 *     10-1x3       10, then three steps of -1: 10 9 8 7
 *     _ _x5        a missing value, five missing values
 *     stale        from here on nothing comes any more, until the next value
 *
 * The step form is promtool's; there `0x30` would be thirty-one zeros, here the number behind the x counts what stands
 * before it: values, missing ones or steps. `stale` takes one place, as `_` does; it says that silence is meant.
 */
export function parseShorthand(text: string): { places: Place[] } | { faults: ShorthandFault[] } {
  const places: Place[] = []
  const faults: ShorthandFault[] = []
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const message = addWord(places, word)
    if (message === null) continue
    faults.push({ index, message })
    if (places.length > MAX_PLACES) break
  }
  if (places.length === 0 && faults.length === 0)
    faults.push({ index: 0, message: 'a series needs at least one value' })
  return faults.length > 0 ? { faults } : { places }
}

/** Adds what one word stands for; what is wrong with it, or null. */
function addWord(places: Place[], word: string): string | null {
  const nothing = NOTHING.exec(word)
  if (nothing !== null) return addRun(places, null, 0, countOf(nothing[1]))
  const [, start, sign, step, count] = VALUES.exec(word) ?? []
  if (start === undefined) return `${word} is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale`
  if (step === undefined) return addRun(places, Number(start), 0, countOf(count))
  if (count === undefined) return `${word} has a step but does not say how many: write ${word}x4 for four steps`
  return addRun(places, Number(start), Number(`${sign}${step}`), countOf(count) + 1)
}

function countOf(text: string | undefined): number {
  return text === undefined ? 1 : Number(text)
}

function addRun(places: Place[], start: Place, step: number, count: number): string | null {
  if (count < 1) return 'a run has at least one place'
  if (places.length + count > MAX_PLACES) {
    places.length = MAX_PLACES + 1
    return `a series has at most ${MAX_PLACES} places`
  }
  for (let i = 0; i < count; i++) places.push(start === null ? null : plain(start + i * step))
  return null
}

/** 0.1 + 2 × 0.1 is 0.30000000000000004 in binary; who writes 0.1+0.1x2 means 0.3. */
function plain(value: number): number {
  return Number(value.toPrecision(12))
}
