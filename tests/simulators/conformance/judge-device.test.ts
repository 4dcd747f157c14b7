import { describe, expect, it } from 'vitest'
import { clausesOf, judgeDevice } from '../../../simulators/conformance/judge-device.ts'
import { DEVICE, type Habits, PROFILE, traceOf } from './a-trace.ts'

const verdictOf = (habits?: Habits, profile = PROFILE) => judgeDevice(traceOf(habits), profile, DEVICE)
const failedBy = (habits: Habits) =>
  verdictOf(habits)
    .clauses.filter(({ outcome }) => outcome !== 'pass')
    .map(({ id }) => id)

describe('a device that behaves', () => {
  it('passes every clause', () => {
    expect(verdictOf().clauses.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(verdictOf()).toMatchObject({
      conforms: true,
      passed: clausesOf(PROFILE, DEVICE).length,
      failed: 0,
      warned: 0,
      unseen: 0,
    })
  })

  it('need not listen for commands, and is told that it could', () => {
    const verdict = verdictOf({ subscribes: null })
    expect(verdict).toMatchObject({ conforms: true, warned: 1, unseen: 1 })
    expect(failedBy({ subscribes: null })).toEqual(['topics.commands', 'trouble.set-clock'])
  })
})

const BAD: [string, Habits, string[]][] = [
  ['signs in as somebody else', { login: { username: 'admin' } }, ['login.accepted']],
  ['speaks another version of MQTT', { login: { protocolVersion: 5 } }, ['login.protocol']],
  ['has no client id', { login: { clientId: '' } }, ['login.client-id']],
  ['has no keep-alive', { login: { keepalive: 0 } }, ['login.keep-alive']],
  ['has a keep-alive of an hour', { login: { keepalive: 3600 } }, ['login.keep-alive']],
  ['leaves no will', { login: { will: undefined } }, ['login.will']],
  [
    'leaves a will that says nothing',
    { login: { will: { topic: `${DEVICE.topics}status`, payload: 'bye', qos: 0 } } },
    ['login.will'],
  ],
  ['leaves a will elsewhere', { login: { will: { topic: 'lwt', payload: 'offline', qos: 0 } } }, ['login.will']],
  ['never says that it came', { birth: null }, ['login.birth', 'login.firmware']],
  ['does not tell its firmware', { birth: { firmware: undefined } }, ['login.firmware']],
  ['listens to everybody', { subscribes: '#' }, ['topics.own', 'topics.commands']],
  [
    'sends what nobody can read',
    { nth: (i) => (i === 3 ? { refusal: { refused: 'bad_payload', detail: 'values: expected an object' } } : {}) },
    ['payload.valid'],
  ],
  ['leaves out a metric', { values: { temp_c: undefined } }, ['payload.metrics']],
  ['measures more than there can be', { values: { battery_pct: 120 } }, ['payload.units']],
  ['sends °F', { reading: { units: { temp_c: 'degF' } } }, ['payload.units']],
  ['sends 64 KiB and more', { nth: (i) => (i === 2 ? { bytes: 70_000 } : {}) }, ['payload.size']],
  ['does not say when', { reading: { saysTime: false } }, ['time.said', 'time.drift', 'trouble.nothing-lost']],
  ['sends with QoS 0', { reading: { qos: 0 } }, ['order.qos', 'trouble.late-puback']],
  ['asks to retain', { reading: { retain: true } }, ['order.retain']],
  [
    'says another thing under the same number',
    { numbers: (i) => (i === 5 ? 4 : i) },
    ['order.sequence', 'order.duplicates'],
  ],
  ['leaves numbers out', { numbers: (i) => i * 2 }, ['order.sequence']],
  ['hangs up when acknowledgements are late', { leavesIn: 'late_puback' }, ['trouble.late-puback']],
  ['sends again without a reason', { nth: (i) => (i === 8 ? { dup: true } : {}) }, ['trouble.late-puback']],
  ['dies of a malformed command', { leavesIn: 'malformed_command' }, ['trouble.malformed-command']],
  [
    'falls silent after an unknown command',
    { dumbFrom: 'unknown_command' },
    ['trouble.unknown-command', 'trouble.set-clock', 'trouble.nothing-lost'],
  ],
  ['passes over set_clock', { keepsItsTime: true }, ['trouble.set-clock']],
  ['takes set_clock once only', { staysWrong: true }, ['trouble.set-clock', 'trouble.nothing-lost']],
  ['has a clock that is a minute late', { clockOffMs: -60_000 }, ['time.drift']],
  ['uses a name that nobody knows', { values: { smell: 1 } }, ['payload.names']],
  ['does not come back', { comesBack: false }, ['trouble.returns', 'trouble.nothing-lost']],
  ['hammers at the door', { knocks: Array.from({ length: 40 }, (_, i) => i * 200) }, ['trouble.back-off']],
  ['forgets what it measured meanwhile', { catchesUp: false }, ['trouble.nothing-lost']],
]

describe('a device that', () => {
  it.each(BAD)('%s is found out, and accused of nothing else', (_what, habits, clauses) => {
    expect(failedBy(habits)).toEqual(clauses)
  })

  it('never connects conforms to nothing', () => {
    const verdict = judgeDevice([], PROFILE, DEVICE)
    expect(verdict).toMatchObject({ conforms: false, passed: 0 })
  })

  it('is asked for pictures, and sends none, fails', () => {
    const verdict = verdictOf({}, { ...PROFILE, frames: { required: true, tags: ['GPS'] } })
    expect(verdict.clauses.find(({ id }) => id === 'frames.come')?.outcome).toBe('fail')
  })
})

it('a profile may ask for more or less', () => {
  const strict = verdictOf({ birth: { firmware: undefined } }, { ...PROFILE, levels: { 'login.firmware': 'must' } })
  expect(strict).toMatchObject({ conforms: false, failed: 1 })
  const lax = verdictOf({ login: { keepalive: 0 } }, { ...PROFILE, levels: { 'login.keep-alive': 'off' } })
  expect(lax).toMatchObject({ conforms: true, passed: clausesOf(PROFILE, DEVICE).length - 1 })
})

it('every clause is failed by a device above, or by its trace below', () => {
  const failed = new Set([
    ...BAD.flatMap(([, , clauses]) => clauses),
    'order.interval',
    'order.rate',
    'trouble.garbage',
  ])
  expect([...failed].sort()).toEqual(
    clausesOf(PROFILE, DEVICE)
      .map(({ id }) => id)
      .sort(),
  )
})

describe('what only the trace says', () => {
  const trace = traceOf()
  const outcome = (id: string, changed: typeof trace) =>
    judgeDevice(changed, PROFILE, DEVICE).clauses.find((clause) => clause.id === id)?.outcome

  it('a pause while it is watched', () => {
    const paused = trace.filter(
      ({ kind, atMs }) => kind !== 'message' || atMs < trace[0]!.atMs + 2_000 || atMs > trace[0]!.atMs + 5_000,
    )
    expect(outcome('order.interval', paused)).toBe('fail')
  })

  it('a flood', () => {
    const message = trace.find(({ kind }) => kind === 'message')!
    expect(outcome('order.rate', [...trace, ...Array.from({ length: 700 }, () => message)])).toBe('fail')
  })

  it('bytes that are no MQTT', () => {
    expect(outcome('trouble.garbage', [...trace, { kind: 'garbage', atMs: 0, connection: 1, detail: 'x' }])).toBe(
      'fail',
    )
  })
})
