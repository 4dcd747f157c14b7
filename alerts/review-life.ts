import type { Alert } from '../core/alert.ts'
import { type AlertFinding, isDismissed, type ReviewState, type Verdict } from '../core/finding.ts'
import type { ReviewEvent } from '../core/finding-events.ts'
import type { AlertEvent } from '../core/ledger-entry.ts'
import type { Step } from './alert-life.ts'

/**
 * What a reviewer's word on its finding does to an open alert: a dismissed finding closes it, in the reviewer's name and
 * with the reason; anything else is told as an update. Null when the alert says so already.
 */
export function stepOnReview(alert: Alert, { verdict, by, atMs }: ReviewEvent): Step | null {
  const finding = alert.finding && findingAfter(alert.finding, verdict)
  if (!finding || finding === alert.finding) return null
  const comment = commentOf(verdict)
  const told = { atMs, by, ...(comment !== undefined && { comment }) }
  const next = { ...alert, finding, version: alert.version + 1 }
  if (isDismissed(finding.review)) return close(next, told)
  return { alert: next, event: { type: 'alert.updated', alert: next, ...told } }
}

/** Nobody has anything left to do about it: cleared, if it was not, and seen. */
function close(alert: Alert, told: { atMs: number; by: string; comment?: string }): Step {
  const { atMs, by } = told
  const seen = alert.acknowledged ? {} : { acknowledged: true, acknowledgedBy: by, acknowledgedAtMs: atMs }
  const type: AlertEvent['type'] = alert.state === 'active' ? 'alert.cleared' : 'alert.acknowledged'
  const closed: Alert = { ...alert, ...seen, ...(alert.state === 'active' && { state: 'cleared', clearedAtMs: atMs }) }
  return { alert: closed, event: { type, alert: closed, ...told } }
}

function findingAfter(finding: AlertFinding, verdict: Verdict): AlertFinding {
  const { reviewedBy: _, ...rest } = finding
  switch (verdict.verdict) {
    case 'redrawn':
      return finding
    case 'reclassed':
      return verdict.label === finding.label ? finding : { ...finding, label: verdict.label }
    case 'reopened':
      return finding.review === 'undecided' ? finding : { ...rest, review: 'undecided' }
    default:
      return decided(finding, verdict.verdict, verdict.by)
  }
}

function decided(finding: AlertFinding, review: ReviewState, reviewedBy: string): AlertFinding {
  if (finding.review === review && finding.reviewedBy === reviewedBy) return finding
  return { ...finding, review, reviewedBy }
}

/** The reason and the note, as a timeline shows them: `glint`, `glint: sun at 10°`. */
function commentOf(verdict: Verdict): string | undefined {
  const reason = reasonOf(verdict)
  const parts = [reason, verdict.note === reason ? undefined : verdict.note].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(': ')
}

function reasonOf(verdict: Verdict): string | undefined {
  switch (verdict.verdict) {
    case 'rejected':
      return verdict.reason
    case 'duplicate':
      return `duplicate of ${verdict.of}`
    case 'reclassed':
      return `it is ${verdict.label}`
    default:
      return undefined
  }
}
