/** What can be made of the samples of a window. */
export const AGGREGATES = ['count', 'sum', 'mean', 'min', 'max', 'range', 'stddev', 'quantile'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/**
 * Samples of a window as entries in one flat list. An entry is usually one sample; samples that stand very close may
 * share one, so that the list has a bound. Sums and extremes of entries are exact however many samples they hold.
 */
export type Entries = number[]

/**
 * Numbers per entry: time of its newest sample, ms; how many samples; then two that depend on the aggregate: lowest and
 * highest for min, max and range; value of the first sample for quantile; else the sum and the sum of squared deviations
 * from the mean.
 */
export const WIDTH = 4

/** Squares and sums of anything smaller are numbers still. No sensor has more to say. */
const GREATEST = 1e140

/** Takes one more sample into the entry that begins at `at`. */
export function mergeSample(entries: Entries, at: number, aggregate: Aggregate, atMs: number, given: number): void {
  const value = clamp(given)
  const count = entries[at + 1]!
  entries[at] = atMs
  entries[at + 1] = count + 1
  if (isOfExtremes(aggregate)) {
    entries[at + 2] = Math.min(entries[at + 2]!, value)
    entries[at + 3] = Math.max(entries[at + 3]!, value)
    return
  }
  if (aggregate === 'quantile') return
  const sum = entries[at + 2]!
  entries[at + 2] = sum + value
  entries[at + 3]! += toSquares(count, sum, 1, value)
}

/** Adds an entry of one sample. */
export function pushSample(entries: Entries, aggregate: Aggregate, atMs: number, given: number): void {
  const value = clamp(given)
  entries.push(atMs, 1, value, isOfExtremes(aggregate) ? value : 0)
}

/** How many samples the entries from `from` on hold. */
export function countOf(entries: Entries, from: number): number {
  let count = 0
  for (let i = from; i < entries.length; i += WIDTH) count += entries[i + 1]!
  return count
}

/**
 * The aggregate of the entries from `from` on, to 12 figures: a rule that says 0.3 means 0.3 although 0.1 + 0.2 is more
 * in binary. Undefined of too few samples: none, or one for `stddev`. Taken afresh each time, so that nothing drifts.
 */
export function aggregateOf(entries: Entries, from: number, aggregate: Aggregate, q: number): number | undefined {
  const found = exactly(entries, from, aggregate, q)
  if (found === undefined || (Number.isInteger(found) && Math.abs(found) < 1e12)) return found
  return Number(found.toPrecision(12))
}

function exactly(entries: Entries, from: number, aggregate: Aggregate, q: number): number | undefined {
  if (aggregate === 'count') return countOf(entries, from)
  if (aggregate === 'quantile') return quantileOf(entries, from, q)
  if (aggregate === 'stddev') return deviationOf(entries, from)
  if (isOfExtremes(aggregate)) return extremeOf(entries, from, aggregate)
  let sum = 0
  for (let i = from; i < entries.length; i += WIDTH) sum += entries[i + 2]!
  if (aggregate === 'sum') return sum
  const count = countOf(entries, from)
  return count === 0 ? undefined : sum / count
}

function deviationOf(entries: Entries, from: number): number | undefined {
  let count = 0
  let sum = 0
  let squares = 0
  for (let i = from; i < entries.length; i += WIDTH) {
    const more = entries[i + 1]!
    squares += entries[i + 3]! + toSquares(count, sum, more, entries[i + 2]!)
    count += more
    sum += entries[i + 2]!
  }
  return count < 2 ? undefined : Math.sqrt(squares / (count - 1))
}

/**
 * What is added to the squared deviations when two groups come together. Source: Chan, Golub and LeVeque, Updating
 * formulae and a pairwise algorithm for computing sample variances, 1979.
 */
function toSquares(count: number, sum: number, moreCount: number, moreSum: number): number {
  if (count === 0) return 0
  const between = moreSum / moreCount - sum / count
  return (between * between * count * moreCount) / (count + moreCount)
}

function extremeOf(entries: Entries, from: number, aggregate: Aggregate): number | undefined {
  if (from >= entries.length) return undefined
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = from; i < entries.length; i += WIDTH) {
    if (entries[i + 2]! < low) low = entries[i + 2]!
    if (entries[i + 3]! > high) high = entries[i + 3]!
  }
  if (aggregate === 'min') return low
  return aggregate === 'max' ? high : high - low
}

/**
 * The value that a share `q` of the samples does not exceed, interpolated between the two nearest (type 7 of Hyndman and
 * Fan, Sample quantiles in statistical packages, 1996: what R and numpy give). Of samples that share an entry the first
 * stands for all.
 */
function quantileOf(entries: Entries, from: number, q: number): number | undefined {
  const values = new Float64Array((entries.length - from) / WIDTH)
  if (values.length === 0) return undefined
  for (let i = 0; i < values.length; i++) values[i] = entries[from + i * WIDTH + 2]!
  const rank = (values.length - 1) * q
  const below = select(values, Math.floor(rank))
  if (rank === Math.floor(rank)) return below
  let above = Number.POSITIVE_INFINITY
  for (let i = Math.ceil(rank); i < values.length; i++) if (values[i]! < above) above = values[i]!
  return below + (above - below) * (rank - Math.floor(rank))
}

/**
 * The value of a rank, from 0; afterwards everything behind it is not less. Cheaper than sorting. Source: C. A. R. Hoare,
 * Algorithm 65: Find, CACM 1961.
 */
function select(values: Float64Array, rank: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = values[rank]!
    let i = left
    let j = right
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const value = values[i]!
      values[i++] = values[j]!
      values[j--] = value
    }
    if (j < rank) left = i
    if (i > rank) right = j
  }
  return values[rank]!
}

function isOfExtremes(aggregate: Aggregate): boolean {
  return aggregate === 'min' || aggregate === 'max' || aggregate === 'range'
}

function clamp(value: number): number {
  return Math.min(Math.max(value, -GREATEST), GREATEST)
}
