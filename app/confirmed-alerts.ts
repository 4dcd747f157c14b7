import type { Alert } from '../core/alert.ts'
import { type Finding, type FindingNews, toAlertFinding } from '../core/finding.ts'
import type { Signal } from '../core/signal.ts'
import type { Judging } from './judging.ts'

/** The rule that no file holds: a reviewer confirmed what no rule had raised. */
const RULE = 'huying.finding_confirmed'
const RULE_TITLE = { zh: '巡查发现已人工确认', en: 'Finding of a patrol, confirmed by a reviewer' }

/** Alerts of findings that a reviewer confirmed and no rule raised: what is confirmed goes to dispatch. */
export interface ConfirmedAlerts {
  /** Unless an alert of it is active. */
  raise(finding: Finding): void
  /** Only what was raised here. */
  clear(findingId: string): void
  /** Clears what was raised here of findings that went before anybody listened. */
  start(isPresent: (findingId: string) => boolean): void
}

export function createConfirmedAlerts(ports: {
  judging: Pick<Judging, 'signal' | 'judged'>
  openAlerts(): Alert[]
  onFinding(listener: (news: FindingNews) => void): () => void
}): ConfirmedAlerts {
  const { judging, openAlerts, onFinding } = ports
  let lastClockMs = 0

  /** Several words may fall into one moment; each signal needs a place of its own. */
  function nextOrder(): Signal['order'] {
    const { seq, clockMs } = judging.judged
    lastClockMs = Math.max(clockMs, lastClockMs + 0.001)
    return { seq, clockMs: lastClockMs }
  }

  const activeOf = (findingId: string) =>
    openAlerts().filter(({ finding, state }) => finding?.id === findingId && state === 'active')

  function clear(findingId: string): void {
    for (const alert of activeOf(findingId)) if (alert.rule === RULE) judging.signal([toCleared(alert, nextOrder())])
  }

  return {
    clear,
    raise(finding) {
      if (activeOf(finding.id).length === 0) judging.signal([toRaised(finding, nextOrder())])
    },
    start(isPresent) {
      for (const { rule, finding } of openAlerts())
        if (rule === RULE && finding && !isPresent(finding.id)) clear(finding.id)
      onFinding(({ change, finding }) => {
        if (change === 'gone' && finding.verdicts.length > 0) clear(finding.id)
      })
    },
  }
}

function toRaised(finding: Finding, order: Signal['order']): Signal {
  const { id, label, best, position } = finding
  return {
    ...{ rule: RULE, ruleTitle: RULE_TITLE, category: label === 'person' ? 'safety' : 'river' },
    ...{ subject: { label, finding: id }, state: 'active', severity: 'minor', order, atMs: order.clockMs },
    reason: { code: 'confirmed', params: { label } },
    ...(position && { position }),
    frameId: best.frameId,
    finding: toAlertFinding(finding),
    ...(best.annotatedSha256 !== undefined && { evidence: [best.annotatedSha256] }),
  }
}

function toCleared({ rule, ruleTitle, category, subject, severity }: Alert, order: Signal['order']): Signal {
  return {
    ...{ rule, ruleTitle, category, subject, severity, order },
    ...{ state: 'cleared', atMs: order.clockMs, reason: { code: 'gone' } },
  }
}
