import type { Position } from '../../../core/place.ts'
import { isWorse, type Severity } from '../../../core/severity.ts'
import type { Reason, Signal, SignalOrder, Subject } from '../../../core/signal.ts'
import { isOverdue, type SuspicionNews, toAlertSuspicion } from '../../../core/suspicion.ts'
import type { Rule, RuleOf, RuleSet, SuspicionJudge } from '../rule.ts'
import { toSignal } from './to-signal.ts'

/** What one rule says of one house; it exists while it holds. */
export interface SuspicionSlot {
  key: string
  rule: RuleOf<SuspicionJudge>
  subject: Subject
  severity: Severity
  position: Position | null
  /** Where its last word stands. */
  said: SignalOrder
}

export interface Suspicions {
  rules: RuleOf<SuspicionJudge>[]
  slots: Map<string, SuspicionSlot>
  /** Houses that found no room. */
  unheard: number
}

export const MAX_SUSPICION_SLOTS = 50_000

export function createSuspicions({ rules }: RuleSet): Suspicions {
  return { rules: rules.flatMap((rule) => (isSuspicionRule(rule) ? [rule] : [])), slots: new Map(), unheard: 0 }
}

function isSuspicionRule(rule: Rule): rule is RuleOf<SuspicionJudge> {
  return rule.judge.input === 'suspicions'
}

/** Judges what became of a suspicion by some rules, in their order. */
export function judgeSuspicion(
  suspicions: Suspicions,
  rules: RuleOf<SuspicionJudge>[],
  news: SuspicionNews,
  order: SignalOrder,
  out: Signal[],
): void {
  for (const rule of rules) {
    const key = `${rule.id}|${news.suspicion.building}`
    const slot = suspicions.slots.get(key)
    const severity = severityOf(rule, news)
    if (severity === null) {
      suspicions.slots.delete(key)
      if (slot !== undefined) out.push(ended(slot, news, after(slot, order)))
      continue
    }
    const kept = slot ?? begin(suspicions, rule, key, news, severity)
    if (kept !== null) out.push(goOn(kept, news, severity, after(kept, order)))
  }
}

/** Two words on one house never stand at one place in the order. */
function after({ said }: SuspicionSlot, order: SignalOrder): SignalOrder {
  const { seq, clockMs } = order
  return said.seq === seq && said.clockMs >= clockMs ? { seq, clockMs: said.clockMs + 1 } : order
}

/** Null where the rule does not hold. */
function severityOf({ judge }: RuleOf<SuspicionJudge>, { suspicion, atMs }: SuspicionNews): Severity | null {
  const { state, probability, evidence } = suspicion
  if (!judge.states.has(state)) return null
  if (judge.isSensed && !evidence.some(({ kind, fullWeight }) => fullWeight > 0 && !kind.includes('.'))) return null
  const reached = judge.severities.filter(({ from }) => state !== 'likely' || probability >= from)
  const byProbability = (state === 'likely' ? reached.at(-1) : reached[0])?.severity ?? judge.severities[0]!.severity
  const late = judge.overdue !== null && isOverdue(suspicion, atMs) ? judge.overdue : byProbability
  return isWorse(late, byProbability) ? late : byProbability
}

function begin(
  suspicions: Suspicions,
  rule: RuleOf<SuspicionJudge>,
  key: string,
  { atMs, suspicion: { building } }: SuspicionNews,
  severity: Severity,
): SuspicionSlot | null {
  if (rule.openTimes?.isOpen(atMs) === false) return null
  if (suspicions.slots.size >= MAX_SUSPICION_SLOTS) {
    suspicions.unheard++
    return null
  }
  const slot = { key, rule, subject: { building }, severity, position: null, said: { seq: 0, clockMs: 0 } }
  suspicions.slots.set(key, slot)
  return slot
}

/** While it holds it becomes no milder: what fades is still to be looked at. */
function goOn(slot: SuspicionSlot, news: SuspicionNews, severity: Severity, order: SignalOrder): Signal {
  if (isWorse(severity, slot.severity)) slot.severity = severity
  Object.assign(slot, { position: news.position ?? null, said: order })
  return toSignal({ ...toWord(slot, news, order, reasonOf(news)), state: 'active' })
}

function ended(slot: SuspicionSlot, news: SuspicionNews, order: SignalOrder): Signal {
  return toSignal({ ...toWord(slot, news, order, endReason(news)), state: 'cleared' })
}

function toWord(
  { rule, subject, severity, position }: SuspicionSlot,
  news: SuspicionNews,
  order: SignalOrder,
  reason: Reason,
) {
  return {
    ...{ rule, subject, severity, position: news.position ?? position, order, reason, atMs: news.atMs },
    suspicion: toAlertSuspicion(news),
  }
}

function reasonOf({ change, atMs, suspicion }: SuspicionNews): Reason {
  const { probability, state, visitByMs, visit } = suspicion
  const share = Math.round(probability * 1000) / 10
  return {
    code: isOverdue(suspicion, atMs) ? 'works_overdue' : `works_${state}`,
    ...(state === 'likely' && { value: share, unit: '%' }),
    params: {
      change,
      ...(visitByMs !== undefined && { visitBy: new Date(visitByMs).toISOString() }),
      ...(visit && { visit: visit.result }),
    },
  }
}

/** A visit, a filing, or evidence that faded or found another explanation. */
function endReason({ suspicion: { state, visit, filing } }: SuspicionNews): Reason {
  if (state === 'approved')
    return { code: 'works_filed', params: { filing: filing?.record?.filing ?? filing?.record?.recordId ?? '' } }
  if (state === 'confirmed') return { code: 'works_confirmed' }
  if (visit?.result === 'none') return { code: 'works_none_found' }
  return { code: 'works_settled' }
}

/** What one rule says of one house, as data. */
export interface RememberedSuspicion {
  rule: string
  subject: Subject
  severity: Severity
  position: Position | null
  said: SignalOrder
}

export function rememberSuspicions({ slots }: Suspicions): RememberedSuspicion[] {
  return [...slots.values()].map(({ rule, subject, severity, position, said }) => ({
    ...{ rule: rule.id, subject, severity, position, said: { ...said } },
  }))
}

/** Takes over what rules of unchanged content said. */
export function restoreSuspicions(
  suspicions: Suspicions,
  remembered: RememberedSuspicion[],
  unchanged: ReadonlySet<string>,
): void {
  const byId = new Map(suspicions.rules.map((rule) => [rule.id, rule]))
  for (const { rule: id, ...rest } of remembered) {
    const rule = byId.get(id)
    if (rule === undefined || !unchanged.has(id)) continue
    const key = `${id}|${rest.subject.building ?? ''}`
    suspicions.slots.set(key, { ...rest, said: { ...rest.said }, key, rule })
  }
}
