/** Counts and sums of the last 24 clock hours, sparse, oldest first. JSON-safe. */
export type HourSums = [hour: number, count: number, sum: number][]

export const HOURS_KEPT = 24

export function hourOf(atMs: number): number {
  return Math.floor(atMs / 3_600_000)
}

/** Adds one value to its hour and forgets what is a day older. An hour that is over already is counted to the newest. */
export function addToHours(hours: HourSums, atMs: number, value = 0): void {
  const hour = hourOf(atMs)
  const newest = hours.at(-1)
  if (newest !== undefined && newest[0] >= hour) {
    newest[1]++
    newest[2] += value
    return
  }
  hours.push([hour, 1, value])
  while (hours[0]![0] <= hour - HOURS_KEPT) hours.shift()
}

/** Takes back one that was added at that moment; nothing where its hour is no longer kept. */
export function takeFromHours(hours: HourSums, atMs: number): void {
  const hour = hourOf(atMs)
  const counted = hours.find(([begun]) => begun >= hour)
  if (counted && counted[1] > 0) counted[1]--
}

/** Of the 24 clock hours that end with the one of `nowMs`. */
export function totalOf(hours: HourSums, nowMs: number): { count: number; sum: number } {
  const first = hourOf(nowMs) - HOURS_KEPT + 1
  const total = { count: 0, sum: 0 }
  for (const [hour, count, sum] of hours) {
    if (hour < first) continue
    total.count += count
    total.sum += sum
  }
  return total
}
