import { CLOCK_TEST_MS } from '../../../simulators/conformance/clauses-trouble.ts'
import { type Profile, parseProfile } from '../../../simulators/conformance/profile.ts'
import type { MessageFacts, Step, TraceEvent } from '../../../simulators/conformance/trace.ts'

export const DEVICE = { id: 'smoke-1', topics: 'huying/v1/smoke-1/' }

export const PROFILE: Profile = parseProfile(
  `profile: smoke-detector
title: { zh: 烟感, en: Smoke detector }
deviceType: smoke-detector
reports: { metrics: [smoke_dbm, temp_c], everyS: 1 }
`,
  'test',
)

/** What a device does wrong, in the words of a trace. Everything that is left out is done right. */
export interface Habits {
  login?: object
  birth?: object | null
  reading?: Partial<MessageFacts>
  /** Changes one report: counted from 0. */
  nth?(index: number): Partial<MessageFacts>
  subscribes?: string | null
  /** Times within the broker's absence, ms after it went, at which it knocks. */
  knocks?: number[]
  comesBack?: boolean
  /** Says later what it measured while the broker was away. */
  catchesUp?: boolean
  /** Hangs up in this step. */
  leavesIn?: Step
  /** What each report measures, beside the usual. */
  values?: Record<string, number | undefined>
  /** The number of a report, counted from 0. */
  numbers?(index: number): number
  /** By how much its clock is wrong until it is set. */
  clockOffMs?: number
  /** Passes over `set_clock`. */
  keepsItsTime?: boolean
  /** Takes `set_clock` once, and never again. */
  staysWrong?: boolean
  /** Says nothing any more from this step on. */
  dumbFrom?: Step
}

const STEPS: [Step, number][] = [
  ['watch', 6_000],
  ['late_puback', 4_000],
  ['malformed_command', 3_000],
  ['unknown_command', 3_000],
  ['set_clock', 3_000],
  ['clock_back', 3_000],
]
const START_MS = Date.UTC(2026, 10, 22, 8)

/** The trace of one run with a device that behaves, but for its habits. */
export function traceOf(habits: Habits = {}): TraceEvent[] {
  const trace: TraceEvent[] = []
  let atMs = START_MS
  let connection = 0
  let seq = 0
  let isDumb = false
  let clockOffMs = habits.clockOffMs ?? 0

  function logIn(): void {
    connection++
    const will = { topic: `${DEVICE.topics}status`, payload: '{"online": false}', qos: 1 as const }
    const packet = { cmd: 'connect', clientId: 'smoke-1', username: 'smoke-1', keepalive: 60, protocolVersion: 4, will }
    trace.push({ kind: 'opened', atMs, connection })
    trace.push({ kind: 'packet', atMs, connection, from: 'device', packet: { ...packet, ...habits.login } as never })
    trace.push({
      kind: 'packet',
      atMs,
      connection,
      from: 'service',
      packet: { cmd: 'connack', returnCode: 0 } as never,
    })
    if (habits.birth !== null)
      say({ channel: 'status', status: { online: true, firmware: '1.0', ...habits.birth } }, `${DEVICE.topics}status`)
    const topic = habits.subscribes === undefined ? `${DEVICE.topics}commands` : habits.subscribes
    if (topic === null) return
    const subscribe = { cmd: 'subscribe', subscriptions: [{ topic, qos: 1 }] } as never
    trace.push({ kind: 'packet', atMs, connection, from: 'device', packet: subscribe })
  }

  function say(facts: Partial<MessageFacts>, topic = `${DEVICE.topics}readings`): void {
    const usual = { topic, channel: 'readings', qos: 1 as const, dup: false, retain: false, bytes: 90 }
    trace.push({ kind: 'message', atMs, connection, message: { ...usual, digest: `${seq}`, ...facts } })
  }

  function report(measuredMs = atMs): void {
    if (isDumb) return
    const values = Object.entries({ smoke_dbm: 0.01, temp_c: 21, ...habits.values })
    const samples = values.flatMap(([metric, value]) =>
      value === undefined ? [] : [{ metric, atMs: measuredMs + clockOffMs, value }],
    )
    const index = seq++
    const messageId = index + 1
    const readings = [{ seq: habits.numbers?.(index) ?? index, samples }]
    say({ messageId, saysTime: true, readings, ...habits.reading, ...habits.nth?.(index) })
    trace.push({ kind: 'acknowledged', atMs, connection, messageId })
  }

  function run(step: Step, lastsMs: number): void {
    trace.push({ kind: 'step', atMs, step, is: 'begun' })
    if (step === habits.dumbFrom) isDumb = true
    if (step === 'set_clock' && !habits.keepsItsTime) clockOffMs = CLOCK_TEST_MS
    if (step === 'clock_back' && !habits.staysWrong) clockOffMs = 0
    if (step.endsWith('command') || step.includes('clock'))
      if (habits.subscribes !== null) trace.push({ kind: 'command', atMs, connection, payload: '{}' })
    if (step === habits.leavesIn) trace.push({ kind: 'closed', atMs, connection, by: 'device', goodbye: false })
    for (const endMs = atMs + lastsMs; atMs < endMs; ) {
      atMs += 1_000
      report()
    }
    trace.push({ kind: 'step', atMs, step, is: 'over' })
  }

  logIn()
  report()
  for (const [step, lastsMs] of STEPS) run(step, lastsMs)
  const goneMs = atMs
  trace.push({ kind: 'step', atMs, step: 'broker_gone', is: 'begun' })
  trace.push({ kind: 'closed', atMs, connection, by: 'kit', goodbye: false })
  for (const knockMs of habits.knocks ?? [2_000, 6_000]) trace.push({ kind: 'turned_away', atMs: goneMs + knockMs })
  atMs = goneMs + 8_000
  trace.push({ kind: 'step', atMs, step: 'broker_gone', is: 'over' })
  if (habits.comesBack !== false) {
    atMs += 3_000
    logIn()
    if (habits.catchesUp !== false) for (let late = 1; late < 8; late++) report(goneMs + late * 1_000)
    run('after_return', 3_000)
  }
  return trace
}
