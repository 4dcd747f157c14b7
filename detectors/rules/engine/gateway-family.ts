import { isWorse } from '../../../core/severity.ts'
import type { Signal, SignalOrder } from '../../../core/signal.ts'
import type { RuleOf, SilenceJudge } from '../rule.ts'
import { toSilenceWord } from './silence-word.ts'
import type { DeviceEntry, Family, SilenceSlot } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** A device that stopped with the others spoke last when they did, but for half of what it may be silent. */
const TOGETHER = 0.5

export function createFamily(gateway: string): Family {
  return {
    gateway,
    children: new Set(),
    head: null,
    heardMs: Number.NEGATIVE_INFINITY,
    alert: null,
    unknown: new Set(),
  }
}

/** An entry is new: it may be the gateway that others are known to speak through. */
export function leadFamily(families: Map<string, Family>, entry: DeviceEntry): void {
  const family = families.get(entry.id)
  if (family === undefined) return
  family.head = entry
  entry.headOf = family
  family.heardMs = Math.max(family.heardMs, entry.heardMs ?? Number.NEGATIVE_INFINITY)
}

/** The family of a gateway, made when it is new. */
function openFamily(families: Map<string, Family>, entries: Map<string, DeviceEntry>, gateway: string): Family {
  const family = families.get(gateway) ?? createFamily(gateway)
  families.set(gateway, family)
  const head = entries.get(gateway)
  if (head !== undefined && family.head === null) leadFamily(families, head)
  return family
}

/** Puts a device into the family that the registry says; it leaves the one it was in. */
export function joinFamily(families: Map<string, Family>, entries: Map<string, DeviceEntry>, entry: DeviceEntry): void {
  const gateway = entry.device?.gateway === entry.id ? undefined : entry.device?.gateway
  if (entry.family?.gateway === gateway) return
  if (entry.family !== null) leave(entry.family, entry)
  if (gateway === undefined) return
  const family = openFamily(families, entries, gateway)
  family.children.add(entry)
  family.heardMs = Math.max(family.heardMs, entry.heardMs ?? Number.NEGATIVE_INFINITY)
  entry.family = family
}

function leave(family: Family, entry: DeviceEntry): void {
  family.children.delete(entry)
  for (const slot of silencesOf(entry)) family.unknown.delete(slot)
  entry.family = null
  const { children, head } = family
  family.heardMs = [...children, ...(head === null ? [] : [head])].reduce(
    (newestMs, { heardMs }) => Math.max(newestMs, heardMs ?? newestMs),
    Number.NEGATIVE_INFINITY,
  )
}

/** After a restart: is the gateway that made it unknown still its own, and silent by the rules in force? */
export function staysUnknown({ entry, unknownBy }: SilenceSlot): boolean {
  const isOwn = entry.family === unknownBy || entry.headOf === unknownBy
  return unknownBy !== null && isOwn && isGatewaySilent(unknownBy)
}

/** Every rule that awaits readings of a device, or of a metric of it. */
export function silencesOf(entry: DeviceEntry): SilenceSlot[] {
  const ofTracks = [...entry.tracks.values()].filter(({ silences }) => silences.length > 0)
  return ofTracks.length === 0 ? entry.silences : [...entry.silences, ...ofTracks.flatMap(({ silences }) => silences)]
}

/** Whose silence counts: a gateway behind a gateway is judged by its own family. */
function membersOf({ children, head }: Family): DeviceEntry[] {
  const members = [...children].filter(({ headOf }) => headOf === null)
  return head === null ? members : [...members, head]
}

/** Nobody of the family was heard later than this slot still was, or should have been. */
function stoppedTogether(family: Family, { sinceMs, limitMs }: SilenceSlot): boolean {
  return family.heardMs <= sinceMs + limitMs * TOGETHER
}

function isLate(family: Family, entry: DeviceEntry, atMs: number): boolean {
  return silencesOf(entry).some(
    (slot) => atMs >= slot.sinceMs + slot.limitMs * TOGETHER && stoppedTogether(family, slot),
  )
}

/** True while the gateway is said to be silent, or its own silence was told and nobody spoke through it since. */
export function isGatewaySilent(family: Family): boolean {
  if (family.alert !== null) return true
  const own = family.head?.silences ?? []
  return own.some((slot) => slot.silent && stoppedTogether(family, slot))
}

/** What the rules say of a device that does not speak: it is silent, or its gateway is; null while neither is told. */
export function silenceOf({ silences, family, headOf }: DeviceEntry): 'silent' | 'unknown' | null {
  if (silences.some(({ silent }) => silent) || headOf?.alert) return 'silent'
  return family !== null && isGatewaySilent(family) ? 'unknown' : null
}

/**
 * A device's silence is due: is it the gateway that is silent? It is when that is known already, or when two or more of
 * the family (the gateway counts where it speaks for itself) stopped together and nobody was heard since. True when
 * nothing is to be said of the device: its silence is unknown from then on.
 */
export function blameGateway(family: Family, slot: SilenceSlot, order: SignalOrder, out: Signal[]): boolean {
  if (!stoppedTogether(family, slot)) return false
  if (!isGatewaySilent(family)) {
    const late = membersOf(family).filter((entry) => isLate(family, entry, order.clockMs))
    if (late.length < 2) return false
    raiseGateway(family, late, slot, order, out)
  }
  keepUnknown(family, slot)
  return true
}

/** The gateway's own silence is due: children that stopped with it are its symptoms. False when there are none. */
export function blameOnSelf(family: Family, slot: SilenceSlot, order: SignalOrder, out: Signal[]): boolean {
  if (isGatewaySilent(family)) {
    keepUnknown(family, slot)
    return true
  }
  if (!stoppedTogether(family, slot)) return false
  const late = membersOf(family).filter((entry) => isLate(family, entry, order.clockMs))
  if (!late.some((entry) => entry !== family.head)) return false
  raiseGateway(family, late, slot, order, out)
  keepUnknown(family, slot)
  return true
}

function raiseGateway(
  family: Family,
  late: DeviceEntry[],
  cause: SilenceSlot,
  order: SignalOrder,
  out: Signal[],
): void {
  const own = family.head?.silences ?? []
  const slots = own.length > 0 ? own : late.flatMap(silencesOf).filter((slot) => stoppedTogether(family, slot))
  const [first, ...others] = slots as [SilenceSlot, ...SilenceSlot[]]
  const speaker = others.reduce((best, slot) => (speaksBefore(slot, best) ? slot : best), first)
  family.alert = { ...speaker.rule, judge: speaker.judge }
  for (const entry of late.sort((a, b) => (a.id < b.id ? -1 : 1)))
    for (const slot of silencesOf(entry)) {
      if (slot.silent && stoppedTogether(family, slot)) {
        out.push(toSilenceWord(slot, 'cleared', order, { code: 'unknown' }))
        keepUnknown(family, slot)
      }
    }
  if (own.includes(speaker)) keepUnknown(family, speaker)
  out.push(
    toGatewaySignal(family, 'active', order, {
      code: 'gateway_silent',
      durationS: cause.limitMs / 1000,
      params: { members: late.length },
    }),
  )
}

/** The worse rule speaks for the gateway, of equal ones the first by name. */
function speaksBefore(a: SilenceSlot, b: SilenceSlot): boolean {
  if (a.judge.severity !== b.judge.severity) return isWorse(a.judge.severity, b.judge.severity)
  return a.rule.id < b.rule.id
}

/** Nothing is known of a silence while this gateway is silent. */
export function keepUnknown(family: Family, slot: SilenceSlot): void {
  slot.silent = false
  slot.unknownBy = family
  slot.dueMs = Number.POSITIVE_INFINITY
  family.unknown.add(slot)
}

/**
 * One of the family was heard: the gateway lives. Gives the slots whose silence is counted anew, to be scheduled: those
 * that were unknown, and those that would have been before long.
 */
export function hearFamily(family: Family, order: SignalOrder, out: Signal[]): SilenceSlot[] {
  const wasSilent = family.alert !== null || family.unknown.size > 0
  const slots = wasSilent ? [...family.unknown, ...membersOf(family).flatMap((entry) => waitingOf(family, entry))] : []
  if (family.alert !== null) out.push(toGatewaySignal(family, 'cleared', order, { code: 'heard' }))
  family.alert = null
  family.heardMs = order.clockMs
  for (const slot of slots) awaitAnew(slot, order.clockMs)
  return slots
}

function waitingOf(family: Family, entry: DeviceEntry): SilenceSlot[] {
  return silencesOf(entry).filter((slot) => !slot.silent && slot.unknownBy === null && stoppedTogether(family, slot))
}

/** Counts a silence from `sinceMs` on. */
export function awaitAnew(slot: SilenceSlot, sinceMs: number): void {
  slot.unknownBy?.unknown.delete(slot)
  slot.unknownBy = null
  slot.sinceMs = sinceMs
  slot.dueMs = sinceMs + slot.limitMs
}

function toGatewaySignal(
  { gateway, head, alert }: Family,
  state: Signal['state'],
  order: SignalOrder,
  reason: Signal['reason'],
): Signal {
  const rule = alert as RuleOf<SilenceJudge>
  return toSignal({
    rule,
    subject: { device: gateway },
    state,
    severity: rule.judge.severity,
    order,
    atMs: order.clockMs,
    reason,
    position: head?.device?.position,
  })
}
