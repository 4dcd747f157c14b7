/** What lies `by` further in a list, at most at its end; the first where `from` is not in it. Nothing in an empty one. */
export function stepFrom(ids: readonly string[], from: string | null, by: number): string | undefined {
  const at = from === null ? -1 : ids.indexOf(from)
  return ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))]
}
