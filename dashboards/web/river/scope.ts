import type { Presence, ReviewState } from '../../../core/finding.ts'

/** Findings of one flight, or of one reach over all flights. */
export type Scope = { kind: 'flight'; id: string } | { kind: 'reach'; id: string }

/** Which of them are in the list; what is absent is not asked for. */
export interface FindingFilter {
  label?: string
  /** Of a flight: only this reach. */
  reach?: string
  presence?: Presence
  review?: ReviewState | 'disputed'
}

/** What the address says: it survives a reload, and can be sent to a colleague. */
export interface RiverAddress {
  scope: Scope | null
  filter: FindingFilter
  findingId: string | null
}

const REVIEWS = ['undecided', 'confirmed', 'rejected', 'duplicate', 'not_ours', 'disputed'] as const

export function readAddress(search: string): RiverAddress {
  const asked = new URLSearchParams(search)
  const flight = asked.get('flight')
  const reach = asked.get('reach')
  const label = asked.get('class')
  const presence = asked.get('presence')
  const review = REVIEWS.find((one) => one === asked.get('state'))
  return {
    scope: flight ? { kind: 'flight', id: flight } : reach ? { kind: 'reach', id: reach } : null,
    filter: {
      ...(label && { label }),
      ...(flight && reach && { reach }),
      ...((presence === 'present' || presence === 'gone') && { presence }),
      ...(review && { review }),
    },
    findingId: asked.get('finding'),
  }
}

/** The address with our parts changed; what others put there stays. */
export function writeAddress(search: string, { scope, filter, findingId }: RiverAddress): string {
  const address = new URLSearchParams(search)
  const parts: Record<string, string | null | undefined> = {
    flight: scope?.kind === 'flight' ? scope.id : null,
    reach: scope?.kind === 'reach' ? scope.id : filter.reach,
    class: filter.label,
    presence: filter.presence,
    state: filter.review,
    finding: findingId,
  }
  for (const [name, value] of Object.entries(parts)) {
    if (value) address.set(name, value)
    else address.delete(name)
  }
  const text = address.toString()
  return text === '' ? '' : `?${text}`
}

export function isSameScope(a: Scope | null, b: Scope | null): boolean {
  return a?.kind === b?.kind && a?.id === b?.id
}
