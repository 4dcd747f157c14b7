import { AppError } from '../../core/errors.ts'
import type { Finding, VerdictWord } from '../../core/finding.ts'
import type { VerdictBody } from '../river-contract.ts'

/** What each verdict is given besides a note. */
const PARTS: Record<VerdictBody['verdict'], readonly (keyof VerdictBody)[]> = {
  confirmed: [],
  rejected: ['reason'],
  duplicate: ['of'],
  not_ours: ['note'],
  reclassed: ['label'],
  redrawn: ['box'],
  reopened: [],
}
const MAY: Partial<Record<VerdictBody['verdict'], readonly (keyof VerdictBody)[]>> = { redrawn: ['frameId'] }
const ALL_PARTS = ['reason', 'of', 'label', 'frameId', 'box'] as const

/** A reviewer's word of what the request says. Throws `bad_request` that names what is missing or does not belong. */
export function parseVerdict(body: VerdictBody, finding: Finding): VerdictWord {
  const { verdict } = body
  const needed = PARTS[verdict]
  const missing = needed.filter((part) => body[part] === undefined)
  const foreign = ALL_PARTS.filter(
    (part) => body[part] !== undefined && ![...needed, ...(MAY[verdict] ?? [])].includes(part),
  )
  if (missing.length > 0) throw bad(`${verdict} needs ${missing.join(' and ')}`, missing)
  if (foreign.length > 0) throw bad(`${foreign.join(' and ')} does not belong to ${verdict}`, foreign)
  switch (verdict) {
    case 'confirmed':
    case 'reopened':
      return { verdict }
    case 'rejected':
      return { verdict, reason: body.reason! }
    case 'duplicate':
      return { verdict, of: body.of! }
    case 'not_ours':
      return { verdict, note: body.note! }
    case 'reclassed':
      return { verdict, label: body.label! }
    case 'redrawn':
      return { verdict, frameId: body.frameId ?? finding.best.frameId, box: body.box! }
  }
}

function bad(message: string, faults: readonly string[]): AppError {
  return new AppError('bad_request', `body: ${message}`, { part: 'body', faults })
}
