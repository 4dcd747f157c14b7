import type { FindingView, VerdictBody } from '../../contract.ts'

/** A word that was said here and is not known to be on the server's disk. */
export interface UnsentWord {
  /** The same in every try, so that a word that arrived twice counts once. */
  key: string
  findingId: string
  body: VerdictBody
}

/** A finding as it stands once these words are in. */
export function withWords(finding: FindingView, unsent: readonly UnsentWord[]): FindingView {
  return unsent.filter(({ findingId }) => findingId === finding.id).reduce(withWord, finding)
}

function withWord(finding: FindingView, { body }: UnsentWord): FindingView {
  const said = { ...finding, verdictCount: finding.verdictCount + 1 }
  switch (body.verdict) {
    case 'reopened':
      return { ...said, review: 'undecided' }
    case 'reclassed':
      return { ...said, label: body.label!, modelLabel: finding.modelLabel ?? finding.label }
    case 'redrawn':
      return withBox(said, body)
    default:
      return { ...said, review: body.verdict }
  }
}

function withBox(finding: FindingView, { frameId, box }: VerdictBody): FindingView {
  if (box === undefined) return finding
  const redrawn = <T extends { frameId: string }>(sighting: T): T =>
    sighting.frameId === (frameId ?? finding.best.frameId) ? { ...sighting, box } : sighting
  const { best, onFlight } = finding
  return { ...finding, best: redrawn(best), ...(onFlight && { onFlight: redrawn(onFlight) }) }
}

/** What takes a word back: that which was said before it, as far as it can be said again. */
export function toReverse({ body }: UnsentWord, before: FindingView): VerdictBody {
  if (body.verdict === 'reclassed') return { verdict: 'reclassed', label: before.label }
  if (body.verdict === 'redrawn') {
    const { frameId = before.best.frameId } = body
    const sighting = before.onFlight?.frameId === frameId ? before.onFlight : before.best
    return { verdict: 'redrawn', frameId, box: sighting.box }
  }
  return before.review === 'confirmed' ? { verdict: 'confirmed' } : { verdict: 'reopened' }
}

/** An answer after which the same word may go through later: none at all, or a server that cannot just now. */
export function mayGoThroughLater(status: number): boolean {
  return status === 0 || status === 429 || status >= 500
}

/** How long to wait before try number `attempt` (from 1), milliseconds. */
export function pauseBefore(attempt: number): number {
  return Math.min(30_000, 1_000 * 2 ** (attempt - 1))
}
