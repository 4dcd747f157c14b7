/** When an entry of a scenario begins within a round, s: once, or again every `everyS` as long as it can still end. */
export function occurrences(entry: { atS: number; forS: number; everyS?: number }, loopS: number): number[] {
  if (entry.everyS === undefined) return [entry.atS]
  const starts: number[] = []
  for (let atS = entry.atS; atS + entry.forS <= loopS; atS += entry.everyS) starts.push(atS)
  return starts
}
