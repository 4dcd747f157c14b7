import { describe, expect, it } from 'vitest'
import { CLAUSES, judgeDevice } from '../../../simulators/conformance/judge-device.ts'
import { DEVICE, type Habits, PROFILE, traceOf } from './a-trace.ts'

const verdictOf = (habits?: Habits, profile = PROFILE) => judgeDevice(traceOf(habits), profile, DEVICE)
const failedBy = (habits: Habits) =>
  verdictOf(habits)
    .clauses.filter(({ outcome }) => outcome !== 'pass')
    .map(({ id }) => id)

describe('a device that behaves', () => {
  it('passes every clause', () => {
    expect(verdictOf().clauses.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(verdictOf()).toMatchObject({ conforms: true, passed: CLAUSES.length, failed: 0, warned: 0, unseen: 0 })
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
  [
    'leaves out a metric',
    {
      reading: {
        readings: [{ seq: null, samples: [{ metric: 'smoke_dbm', atMs: Date.UTC(2026, 10, 22, 8), value: 0 }] }],
      },
    },
    ['payload.metrics'],
  ],
  ['sends °F', { reading: { units: { temp_c: 'degF' } } }, ['payload.units']],
  ['sends 64 KiB and more', { nth: (i) => (i === 2 ? { bytes: 70_000 } : {}) }, ['payload.size']],
  ['does not say when', { reading: { saysTime: false } }, ['time.said', 'time.drift', 'trouble.nothing-lost']],
  ['sends with QoS 0', { reading: { qos: 0 } }, ['order.qos', 'trouble.late-puback']],
  ['asks to retain', { reading: { retain: true } }, ['order.retain']],
  [
    'says another thing under the same number',
    { nth: (i) => (i === 5 ? { digest: 'other', ...numbered(4) } : {}) },
    ['order.sequence', 'order.duplicates'],
  ],
  ['leaves numbers out', { nth: (i) => numbered(i * 2) }, ['order.sequence']],
  ['hangs up when acknowledgements are late', { leavesIn: 'late_puback' }, ['trouble.late-puback']],
  ['sends again without a reason', { nth: (i) => (i === 8 ? { dup: true } : {}) }, ['trouble.late-puback']],
  ['dies of a malformed command', { leavesIn: 'malformed_command' }, ['trouble.malformed-command']],
  [
    'falls silent after an unknown command',
    { dumbFrom: 'unknown_command' },
    ['trouble.unknown-command', 'trouble.set-clock', 'trouble.nothing-lost'],
  ],
  ['does not come back', { comesBack: false }, ['trouble.returns', 'trouble.nothing-lost']],
  ['hammers at the door', { knocks: Array.from({ length: 40 }, (_, i) => i * 200) }, ['trouble.back-off']],
  ['forgets what it measured meanwhile', { catchesUp: false }, ['trouble.nothing-lost']],
]

function numbered(seq: number) {
  const atMs = Date.UTC(2026, 10, 22, 8) + seq
  const samples = ['smoke_dbm', 'temp_c'].map((metric) => ({ metric, atMs, value: 1 }))
  return { readings: [{ seq, samples }] }
}

describe('a device that', () => {
  it.each(BAD)('%s is found out', (_what, habits, clauses) => {
    expect(failedBy(habits)).toEqual(expect.arrayContaining(clauses))
  })

  it('never connects conforms to nothing', () => {
    const verdict = judgeDevice([], PROFILE, DEVICE)
    expect(verdict).toMatchObject({ conforms: false, passed: 0 })
  })

  it('is asked for pictures, and sends none, fails', () => {
    const verdict = verdictOf({}, { ...PROFILE, frames: { required: true } })
    expect(verdict.clauses.find(({ id }) => id === 'frames.come')?.outcome).toBe('fail')
  })
})

it('a profile may ask for more or less', () => {
  const strict = verdictOf({ birth: { firmware: undefined } }, { ...PROFILE, levels: { 'login.firmware': 'must' } })
  expect(strict).toMatchObject({ conforms: false, failed: 1 })
  const lax = verdictOf({ login: { keepalive: 0 } }, { ...PROFILE, levels: { 'login.keep-alive': 'off' } })
  expect(lax).toMatchObject({ conforms: true, passed: CLAUSES.length - 1 })
})

it('every clause is failed by some device: none is there for show', () => {
  const late = { nth: (i: number) => (i > 2 && i < 6 ? shifted(60_000) : {}) }
  const habits = [
    ...BAD.map(([, one]) => one),
    late,
    { reading: { readings: [{ seq: 0, samples: strange() }] } },
    { nth: () => ({}), login: {} },
  ]
  const failed = new Set(habits.flatMap(failedBy))
  const never = CLAUSES.map(({ id }) => id).filter((id) => !failed.has(id))
  // A flood, a pause and broken bytes are said by the trace itself.
  expect(never).toEqual(['order.interval', 'order.rate', 'trouble.garbage'])
})

function shifted(ms: number) {
  const samples = ['smoke_dbm', 'temp_c'].map((metric) => ({ metric, atMs: Date.UTC(2026, 10, 22, 8) - ms, value: 1 }))
  return { readings: [{ seq: 1, samples }] }
}

function strange() {
  return [{ metric: 'smell', atMs: Date.UTC(2026, 10, 22, 8), value: 1 }]
}

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
