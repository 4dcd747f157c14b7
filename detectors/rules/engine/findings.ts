import { type FindingNews, isDismissed, reviewStateOf, toAlertFinding } from '../../../core/finding.ts'
import type { Position } from '../../../core/place.ts'
import { chainageMark } from '../../../core/river-line.ts'
import type { Severity } from '../../../core/severity.ts'
import type { Reason, Signal, SignalOrder, Subject } from '../../../core/signal.ts'
import { toFindingScope, type Witness } from '../parts/condition.ts'
import type { FindingJudge, Rule, RuleOf, RuleSet } from '../rule.ts'
import { toSignal } from './to-signal.ts'

/** What one rule says of one finding; it exists while it holds. */
export interface FindingSlot {
  key: string
  rule: RuleOf<FindingJudge>
  subject: Subject
  severity: Severity
  position: Position | null
  /** The drone that saw it last. */
  seenBy: string
  /** Where its last word stands. */
  said: SignalOrder
}

export interface Findings {
  rules: RuleOf<FindingJudge>[]
  slots: Map<string, FindingSlot>
  /** Findings that found no room. */
  unheard: number
}

/** More than the findings that are kept, times the rules that concern one. */
export const MAX_FINDING_SLOTS = 50_000

export function createFindings({ rules }: RuleSet): Findings {
  return { rules: rules.flatMap((rule) => (isFindingRule(rule) ? [rule] : [])), slots: new Map(), unheard: 0 }
}

function isFindingRule(rule: Rule): rule is RuleOf<FindingJudge> {
  return rule.judge.input === 'findings'
}

/**
 * Judges what became of a finding by some rules, in the order of the rules. A person's word may begin or end something;
 * it is no sighting, so what goes on is not said again.
 */
export function judgeFinding(
  findings: Findings,
  rules: RuleOf<FindingJudge>[],
  news: FindingNews,
  witness: Witness,
  order: SignalOrder,
  out: Signal[],
): void {
  for (const rule of rules) {
    const key = slotKey(rule.id, news.finding.id)
    const slot = findings.slots.get(key)
    const holds = rule.where(witness.id, witness.device) && fitsRule(rule, news, witness)
    // What changes its name changes its subject: it ends under the old one first.
    if (slot !== undefined && (!holds || slot.subject.label !== news.finding.label)) {
      findings.slots.delete(key)
      out.push(ended(slot, news, after(slot, order)))
    }
    if (!holds || (news.change === 'reviewed' && findings.slots.has(key))) continue
    const kept = findings.slots.get(key) ?? begin(findings, rule, key, news)
    if (kept !== null) out.push(goOn(kept, news, after(kept, order)))
  }
}

function slotKey(rule: string, finding: string): string {
  return `${rule}|${finding}`
}

/** Two words on one finding never stand at one place in the order. */
function after({ said }: FindingSlot, order: SignalOrder): SignalOrder {
  const { seq, clockMs } = order
  return said.seq === seq && said.clockMs >= clockMs ? { seq, clockMs: said.clockMs + 1 } : order
}

function fitsRule({ judge }: RuleOf<FindingJudge>, news: FindingNews, witness: Witness): boolean {
  const { finding, reach } = news
  const { label, areaM2 = 0, growth = 0 } = finding
  return (
    finding.presence === 'present' &&
    finding.tentative !== true &&
    !isDismissed(reviewStateOf(finding)) &&
    judge.labels.has(label) &&
    areaM2 >= judge.minAreaM2 &&
    growth >= judge.grownBy &&
    judge.reach.every(([name, value]) => reach !== undefined && reach[name] === value) &&
    judge.condition(toFindingScope(news), news.atMs, witness)
  )
}

/** Null where it must not begin now, or there is no room. */
function begin(findings: Findings, rule: RuleOf<FindingJudge>, key: string, news: FindingNews): FindingSlot | null {
  const { judge, openTimes } = rule
  const { finding, change, atMs } = news
  if (judge.changes?.has(change) === false || openTimes?.isOpen(atMs) === false) return null
  if (findings.slots.size >= MAX_FINDING_SLOTS) {
    findings.unheard++
    return null
  }
  const slot: FindingSlot = {
    ...{ key, rule, subject: { label: finding.label, finding: finding.id } },
    severity: judge.labels.get(finding.label)!,
    position: null,
    seenBy: news.deviceId,
    said: { seq: 0, clockMs: 0 },
  }
  findings.slots.set(key, slot)
  return slot
}

function goOn(slot: FindingSlot, news: FindingNews, order: SignalOrder): Signal {
  const { finding, deviceId } = news
  const shown = finding.flights.at(-1)?.best ?? finding.best
  Object.assign(slot, { position: finding.position ?? null, seenBy: deviceId, said: order })
  return toSignal({
    ...toWord(slot, news, order, reasonOf(slot.rule.judge, news)),
    ...{ state: 'active', frameId: shown.frameId },
    evidence: shown.annotatedSha256 === undefined ? [] : [shown.annotatedSha256],
  })
}

function ended(slot: FindingSlot, news: FindingNews, order: SignalOrder): Signal {
  return toSignal({ ...toWord(slot, news, order, endReason(slot, news)), state: 'cleared' })
}

function toWord(slot: FindingSlot, news: FindingNews, order: SignalOrder, reason: Reason) {
  const { rule, subject, seenBy, severity, position } = slot
  return {
    rule,
    subject,
    seenBy,
    severity,
    position,
    order,
    reason,
    atMs: news.atMs,
    finding: toAlertFinding(news.finding),
  }
}

function reasonOf({ minAreaM2 }: FindingJudge, { finding, change }: FindingNews): Reason {
  const { label, areaM2, growth, score, place, flights } = finding
  return {
    code: 'found',
    ...(areaM2 !== undefined && { value: areaM2, unit: 'm²' }),
    ...(minAreaM2 > 0 && { limit: minAreaM2 }),
    params: {
      ...{ label, score, change, flights: flights.length },
      ...(growth !== undefined && { growth }),
      ...(place && { river: place.river, chainage: chainageMark(place.alongM) }),
    },
  }
}

/** Why it is over: gone, a person's word, another class, or what the rule asks for does not hold any more. */
function endReason({ subject }: FindingSlot, { finding }: FindingNews): Reason {
  const review = reviewStateOf(finding)
  const params = { label: subject.label ?? finding.label }
  if (isDismissed(review)) return { code: review, params }
  if (finding.presence === 'gone') return { code: 'gone', params }
  if (finding.label !== subject.label) return { code: 'reclassed', params: { ...params, to: finding.label } }
  return { code: 'no_longer', params }
}

/** What one rule says of one finding, as data. */
export interface RememberedFinding {
  rule: string
  subject: Subject
  severity: Severity
  position: Position | null
  seenBy: string
  said: SignalOrder
}

export function rememberFindings({ slots }: Findings): RememberedFinding[] {
  return [...slots.values()].map(({ rule, subject, severity, position, seenBy, said }) => ({
    ...{ rule: rule.id, subject, severity, position, seenBy, said: { ...said } },
  }))
}

/** Takes over what rules of unchanged content said. */
export function restoreFindings(
  findings: Findings,
  remembered: RememberedFinding[],
  unchanged: ReadonlySet<string>,
): void {
  const byId = new Map(findings.rules.map((rule) => [rule.id, rule]))
  for (const { rule: id, ...rest } of remembered) {
    const rule = byId.get(id)
    if (rule === undefined || !unchanged.has(id)) continue
    const key = slotKey(id, rest.subject.finding ?? '')
    findings.slots.set(key, { ...rest, said: { ...rest.said }, key, rule })
  }
}
