import type { Position } from '../../../core/place.ts'
import type { Severity } from '../../../core/severity.ts'
import { type Signal, type Subject, subjectKey } from '../../../core/signal.ts'
import {
  addArea,
  type Composite,
  type Composites,
  type FindDevice,
  forgetMember,
  hearSignal,
  join,
  type Member,
  memberKey,
  setAreaDue,
} from './composites.ts'

/** One composite as data. */
export interface RememberedComposite {
  rule: string
  members: RememberedMember[]
  areas: RememberedArea[]
}

type RememberedMember = Omit<Member, 'key' | 'areas'>

interface RememberedArea {
  subject: Subject
  position: Position | null
  raw: number
  shown: number
  sinceMs: number[]
  /** Of the level shown; the mildest when none is. */
  severity: Severity
  /** Keys of its members, in the order in which they came. */
  members: string[]
  checkMs?: number
}

/** Something that fires, as far as a composite wants to know of it. */
export type Firing = Pick<Signal, 'rule' | 'subject' | 'severity' | 'position'>

export function rememberComposites({ list }: Composites): RememberedComposite[] {
  return list
    .filter(({ areas, members }) => areas.size > 0 || members.size > 0)
    .map(({ rule, areas, members }) => ({
      rule: rule.id,
      members: [...members.values()].map(({ key: _key, areas: _areas, ...member }) => ({ ...member })),
      areas: [...areas.values()].map(({ subject, position, hold, members: there, checkMs }) => ({
        subject,
        position,
        raw: hold.raw,
        shown: hold.shown,
        sinceMs: [...hold.sinceMs],
        severity: rule.judge.severities[Math.max(hold.shown, 1) - 1]!,
        members: [...there.keys()],
        ...(Number.isFinite(checkMs) && { checkMs }),
      })),
    }))
}

interface Past {
  clockMs: number
  remembered: RememberedComposite[]
  /** Of the rules whose content is the same as then. */
  unchanged: ReadonlySet<string>
  /** What fired then by rules that are unchanged. */
  firing: Firing[]
}

/**
 * Takes over what composites of unchanged content knew. A member whose rule was changed stays only while it fires, until
 * that is told as cleared or it fires again. A composite that is new or changed learns what fires already. Areas that
 * this changes something for are looked at when time next passes.
 */
export function restoreComposites(composites: Composites, past: Past, find: FindDevice): void {
  const checkMs = Math.floor(past.clockMs) + 1
  const byRule = new Map(past.remembered.map((remembered) => [remembered.rule, remembered]))
  for (const composite of composites.list) {
    const remembered = byRule.get(composite.rule.id)
    if (!past.unchanged.has(composite.rule.id)) learn(composites, composite, past, checkMs, find)
    else if (remembered !== undefined) restore(composite, remembered, past.unchanged, checkMs)
    for (const slot of composite.areas.values()) setAreaDue(slot)
  }
}

function restore(composite: Composite, remembered: RememberedComposite, unchanged: Past['unchanged'], checkMs: number) {
  for (const member of remembered.members) {
    const key = memberKey(member)
    composite.members.set(key, { ...member, key, areas: [] })
  }
  for (const { subject, position, raw, shown, sinceMs, members, checkMs: toCheckMs } of remembered.areas) {
    const slot = addArea(composite, subjectKey(subject), subject, position)
    slot.hold = { raw, shown, sinceMs }
    slot.checkMs = toCheckMs ?? Number.POSITIVE_INFINITY
    for (const key of members) join(slot, composite.members.get(key)!)
  }
  for (const member of [...composite.members.values()]) {
    if (unchanged.has(member.rule) || member.isActive) continue
    for (const slot of member.areas) slot.checkMs = checkMs
    forgetMember(composite, member)
  }
}

function learn(composites: Composites, composite: Composite, past: Past, checkMs: number, find: FindDevice): void {
  const alone: Composites = { ...composites, byMember: new Map() }
  for (const { rule } of composite.rule.judge.references) alone.byMember.set(rule, [composite])
  for (const firing of past.firing)
    hearSignal(alone, toWord(firing), past.clockMs, find, (slot) => {
      slot.checkMs = checkMs
    })
  composites.unheard = alone.unheard
}

/** What fires already, as if it were said once more. */
function toWord(firing: Firing): Signal {
  return {
    ...firing,
    ruleTitle: { zh: '', en: '' },
    category: '',
    state: 'active',
    order: { seq: 0, clockMs: 0 },
    atMs: 0,
    reason: { code: 'combined' },
  }
}
