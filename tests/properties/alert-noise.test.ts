import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Step, stepOnSignal } from '../../alerts/alert-life.ts'
import type { NoiseSettings } from '../../alerts/noise/settings.ts'
import { type Alert, hasSeenAll } from '../../core/alert.ts'
import { ALERT_COMMANDS, type AlertCommand, type AlertCommandType } from '../../core/alert-command.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { isWorse, SEVERITIES } from '../../core/severity.ts'
import type { Signal } from '../../core/signal.ts'
import { aSignal } from '../alerts/a-signal.ts'
import { alertEvents, createCrashingBook, describeAlert, type Input, runWithoutCrash } from '../alerts/crashing-book.ts'

/** Who is about what: a fire detector that lives depend on, things in one place, one elsewhere, one without a place. */
const SUBJECTS: Pick<Signal, 'rule' | 'category' | 'subject' | 'lifeSafety'>[] = [
  { rule: 'smoke', category: 'fire', subject: { device: 'd0', place: 'A' }, lifeSafety: true },
  { rule: 'fire', category: 'fire', subject: { device: 'd1', place: 'A' } },
  { rule: 'hot', category: 'climate', subject: { device: 'd2', place: 'A' } },
  { rule: 'hot', category: 'climate', subject: { device: 'd3', place: 'A' } },
  { rule: 'silent', category: 'device', subject: { device: 'd4', place: 'B' } },
  { rule: 'silent', category: 'device', subject: { device: 'd2' } },
]

const FULL: NoiseSettings = {
  flap: { changes: 3, withinMs: 8000, stableMs: 4000 },
  repeat: { afterMs: { critical: 5000, minor: 9000 } },
  recurrence: { announcements: 2, withinMs: 6000 },
  grouping: { by: ['place', 'category'], waitMs: 2000, intervalMs: 3000, repeatMs: 8000 },
  inhibitions: [
    { id: 'fire', source: { category: 'fire' }, target: { severity: ['minor', 'warning'] }, equal: ['place'] },
    { id: 'climate', source: { category: 'climate' }, target: { category: 'fire' }, equal: ['place'] },
  ],
}
const settings: fc.Arbitrary<NoiseSettings> = fc
  .subarray(['flap', 'repeat', 'recurrence', 'grouping', 'inhibitions'] as const)
  .map((parts) => ({ limits: { shelfMs: 20_000 }, ...Object.fromEntries(parts.map((part) => [part, FULL[part]])) }))

type Operation =
  | { do: 'signal'; subject: number; state: 'active' | 'cleared'; severity: number; historical: boolean }
  | {
      do: 'command'
      target: number
      type: AlertCommandType
      forMs: number
      once: boolean
    }
  | { do: 'silence'; id: number; fromMs: number; forMs: number; device: number }
  | { do: 'endSilence'; id: number }
  | { do: 'takeOut'; device: number; forMs: number }
  | { do: 'putBack'; device: number }
  | { do: 'wait' }
  | { do: 'commit'; entries: number }
  | { do: 'snapshot' | 'crash' }
type Timed = Operation & { afterMs: number }

const subject = fc.nat(SUBJECTS.length - 1)
const forMs = fc.integer({ min: 1, max: 12_000 })
const inLife: fc.Arbitrary<Operation>[] = [
  fc.record({
    do: fc.constant('signal' as const),
    subject,
    state: fc.constantFrom('active' as const, 'active' as const, 'cleared' as const),
    severity: fc.nat(3),
    historical: fc.nat(9).map((n) => n === 0),
  }),
  fc.record({
    do: fc.constant('command' as const),
    target: fc.nat(5),
    type: fc.constantFrom(...ALERT_COMMANDS, 'false_alarm' as const),
    forMs,
    once: fc.boolean(),
  }),
  fc.oneof(
    fc.record({ do: fc.constant('silence' as const), id: fc.nat(2), fromMs: fc.nat(3000), forMs, device: fc.nat(4) }),
    fc.record({ do: fc.constant('endSilence' as const), id: fc.nat(2) }),
    fc.record({ do: fc.constant('takeOut' as const), device: fc.nat(4), forMs }),
    fc.record({ do: fc.constant('putBack' as const), device: fc.nat(4) }),
    fc.record({ do: fc.constant('wait' as const) }),
  ),
]
const inDeath: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('commit' as const), entries: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ do: fc.constantFrom('snapshot' as const, 'crash' as const) }),
)
const timed = (one: fc.Arbitrary<Operation>): fc.Arbitrary<Timed> =>
  fc.tuple(one, fc.nat(3000)).map(([operation, afterMs]) => ({ ...operation, afterMs }))
const lives = fc.array(
  timed(
    fc.oneof(
      { weight: 6, arbitrary: inLife[0]! },
      { weight: 2, arbitrary: inLife[1]! },
      { weight: 2, arbitrary: inLife[2]! },
    ),
  ),
  { maxLength: 60 },
)
const livesAndDeaths = fc.array(
  timed(
    fc.oneof(
      { weight: 6, arbitrary: inLife[0]! },
      { weight: 2, arbitrary: inLife[1]! },
      { weight: 2, arbitrary: inLife[2]! },
      { weight: 4, arbitrary: inDeath },
    ),
  ),
  { maxLength: 60 },
)

function run(operations: Timed[], noise: NoiseSettings) {
  const service = createCrashingBook(noise)
  let nowMs = 1000
  for (const [i, one] of operations.entries()) {
    nowMs += one.afterMs
    if (one.do === 'crash' || one.do === 'snapshot') service[one.do]()
    else if (one.do === 'commit') service.commit(one.entries)
    else {
      const input = toInput(
        one,
        i + 1,
        nowMs,
        service
          .book()
          .open()
          .at(one.do === 'command' ? one.target : 0)?.id,
      )
      if (input) service.put(input)
    }
  }
  service.put({ nowMs: nowMs + 1 })
  return service.end()
}

function toInput(one: Operation, seq: number, nowMs: number, alertId: string | undefined): Input | null {
  const by = '王'
  switch (one.do) {
    case 'signal': {
      const { state, historical } = one
      const severity = SEVERITIES[one.severity] ?? 'minor'
      const about = SUBJECTS[one.subject] ?? {}
      const order = { seq, clockMs: nowMs }
      return {
        signal: aSignal(seq, { ...about, state, severity, order, atMs: nowMs, ...(historical && { historical }) }),
      }
    }
    case 'command': {
      if (alertId === undefined) return null
      const { type, once } = one
      return { command: { type, alertId, by, comment: '好', ...partsOf(type, nowMs + one.forMs, once) }, nowMs }
    }
    case 'silence': {
      const fromMs = nowMs + one.fromMs - 1500
      const silence = {
        id: `s${one.id}`,
        match: { device: `d${one.device}` },
        fromMs,
        toMs: fromMs + 1501 + one.forMs,
        reason: '检修',
        by,
      }
      return { order: (book) => book.orders.setSilence(silence, nowMs), nowMs }
    }
    case 'endSilence':
      return { order: (book) => book.orders.endSilence(`s${one.id}`, by, nowMs), nowMs }
    case 'takeOut': {
      const out = { device: `d${one.device}`, untilMs: nowMs + one.forMs, reason: '检修', by }
      return { order: (book) => book.orders.takeOut(out, nowMs), nowMs }
    }
    case 'putBack':
      return { order: (book) => book.orders.putBack(`d${one.device}`, by, nowMs), nowMs }
    default:
      return { nowMs }
  }
}

function partsOf(type: AlertCommandType, untilMs: number, once: boolean): Partial<AlertCommand> {
  switch (type) {
    case 'shelve':
      return { untilMs, once }
    case 'false_alarm':
      return { reason: once ? 'weather' : 'sensor_fault' }
    case 'assign':
      return { to: once ? { department: '消防救援站' } : null }
    case 'hand_over':
      return { external: { system: '12345', number: String(untilMs) } }
    default:
      return {}
  }
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
/** The clock runs on with visits that have nothing to say, and a crash may make more of those. */
const withoutClock = ({ snapshot, ledger }: Pick<ReturnType<typeof run>, 'snapshot' | 'ledger'>) =>
  plain({ ledger, snapshot: { ...snapshot, noise: { ...snapshot.noise, clockMs: 0 } } })

it('crashes anywhere, even between two events of one cause, leave ledger, alerts and gates as if there had been none', () => {
  fc.assert(
    fc.property(livesAndDeaths, settings, (operations, noise) => {
      const ended = run(operations, noise)
      expect(withoutClock(ended)).toEqual(withoutClock(runWithoutCrash(ended.inputs, noise)))
    }),
    { numRuns: 1500 },
  )
})

it('whoever was told that an alert is open is told when it ends', () => {
  fc.assert(
    fc.property(livesAndDeaths, settings, (operations, noise) => {
      const told = new Map<string, string>()
      const events = alertEvents(run(operations, noise).ledger).filter(({ type }) => type !== 'alert.recorded')
      for (const event of events) {
        const { alert } = event
        if (event.push !== false) told.set(alert.id, alert.state)
        else if (alert.state === 'cleared') expect(told.get(alert.id) ?? 'cleared', alert.id).toBe('cleared')
      }
    }),
    { numRuns: 500 },
  )
})

it('what is told aloud is never marked quiet, and what is active and not quiet has been told', () => {
  fc.assert(
    fc.property(livesAndDeaths, settings, (operations, noise) => {
      const told = new Map<string, string>()
      for (const { alert, type, push } of alertEvents(run(operations, noise).ledger)) {
        if (push !== false && type === 'alert.raised') expect(alert.quiet).toBeUndefined()
        if (push !== false) told.set(alert.id, alert.state)
        if (alert.state === 'active' && !alert.quiet) expect(told.get(alert.id)).toBe('active')
      }
    }),
    { numRuns: 500 },
  )
})

it('where lives depend on it, every raise is told at once, unless a person put that alert or its device aside', () => {
  fc.assert(
    fc.property(lives, settings, (operations, noise) => {
      const isRaise = ({ type, alert }: AlertEvent) => type === 'alert.raised' && alert.lifeSafety
      for (const { alert, push } of alertEvents(run(operations, noise).ledger).filter(isRaise)) {
        if (push === false) expect(['shelf', 'out_of_service']).toContain(alert.quiet?.gate)
        else expect(alert.quiet).toBeUndefined()
        expect(alert).not.toHaveProperty('flapping')
        expect(alert).not.toHaveProperty('group')
      }
    }),
    { numRuns: 500 },
  )
})

it('no alert stays quiet for longer than its gate lasts', () => {
  fc.assert(
    fc.property(lives, settings, (operations, noise) => {
      const { snapshot } = run([...operations, { do: 'wait', afterMs: 60_000 }], noise)
      const quiet = snapshot.entries.flatMap(({ alert }) =>
        alert?.state === 'active' && alert.quiet ? [alert.quiet] : [],
      )
      for (const { gate } of quiet) expect(['inhibition', 'group', 'false_alarm']).toContain(gate)
      const groups = snapshot.entries.flatMap(({ alert }) =>
        alert?.state === 'active' && alert.group ? [alert.group.id] : [],
      )
      for (const { gate, by } of quiet) if (gate === 'group') expect(groups).toContain(by)
    }),
    { numRuns: 500 },
  )
})

it('nothing is told of what a person found to be false until it ends, becomes worse or a person speaks again', () => {
  fc.assert(
    fc.property(livesAndDeaths, settings, (operations, noise) => {
      for (const { alert, type, push, by, severityBefore } of alertEvents(run(operations, noise).ledger)) {
        if (alert.falseAlarm) {
          expect(alert.acknowledged).toBe(true)
          if (alert.state === 'active') expect(alert.quiet).toBeDefined()
          const isMilder = severityBefore !== undefined && isWorse(severityBefore, alert.severity)
          if (push !== false && type !== 'alert.cleared' && !isMilder) expect(by, type).toBeDefined()
        }
        if (severityBefore !== undefined && isWorse(alert.severity, severityBefore))
          expect(alert).not.toHaveProperty('falseAlarm')
      }
    }),
    { numRuns: 500 },
  )
})

it('who names the last version that was pushed is never told of a conflict, who names an older one always', () => {
  fc.assert(
    fc.property(livesAndDeaths, settings, (operations, noise) => {
      const pushed = new Map<string, number>()
      const said = new Map<string, number>()
      for (const { alert, type, push, by, severityBefore } of alertEvents(run(operations, noise).ledger)) {
        const { id, version } = alert
        const isSaid = by !== undefined || severityBefore !== undefined || /raised|cleared|recorded/.test(type)
        if (push !== false) pushed.set(id, version)
        if (isSaid) said.set(id, version)
        const known = pushed.get(id)
        for (let seen = 1; seen <= version + 1; seen++) {
          const isUpToDate = seen <= version && seen >= Math.max(known ?? 0, said.get(id) ?? 0)
          expect(hasSeenAll(alert, seen), `${seen} of ${version}`).toBe(seen === known || isUpToDate)
        }
      }
    }),
    { numRuns: 300 },
  )
})

it('without gates and without people the events are those of the alerts’ lives alone', () => {
  fc.assert(
    fc.property(fc.array(timed(inLife[0]!), { maxLength: 60 }), (operations) => {
      const live = operations.map((one) => ({ ...one, historical: false }) as Timed)
      const { ledger, inputs } = run(live, {})
      const signals = inputs.flatMap((input) => ('signal' in input ? [input.signal] : []))
      expect(ledger).toEqual(livesAlone(signals))
    }),
    { numRuns: 300 },
  )
})

/** What `stepOnSignal` says of each signal, one rule and subject after another, and nobody else. */
function livesAlone(signals: Signal[]): AlertEvent[] {
  const last = new Map<string, { alert: Alert; toldClockMs: number }>()
  return signals.flatMap((signal) => {
    const key = JSON.stringify([signal.rule, signal.subject])
    const known = last.get(key)
    const toldClockMs = known?.toldClockMs ?? Number.NEGATIVE_INFINITY
    const step = stepOnSignal(known?.alert, signal, { toldClockMs, updateEveryMs: 5000, describe: describeAlert })
    if (!step) return []
    last.set(key, { alert: withVersions(step), toldClockMs: step.event ? signal.order.clockMs : toldClockMs })
    return step.event ? [{ ...step.event, alert: withVersions(step) }] : []
  })
}

/** All of these are told, and what counts only is nothing new. */
function withVersions({ alert, event }: Step): Alert {
  if (!event) return alert
  const { version } = alert
  const isSaid = event.type !== 'alert.updated' || event.severityBefore !== undefined
  return { ...alert, toldVersion: version, ...(isSaid && { saidVersion: version }) }
}
