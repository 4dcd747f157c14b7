import { describe, expect, it, test } from 'vitest'
import { type AlertBook, type AlertCommand, createAlertBook } from '../../alerts/alert-book.ts'
import type { Alert } from '../../core/alert.ts'
import { AppError } from '../../core/errors.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { aSignal } from './a-signal.ts'

const describeDevice = () => ({ deviceName: '一号烟感', place: '东园路45号', position: { lat: 31.2, lon: 120.6 } })
const aBook = (options = {}) => createAlertBook({ describe: describeDevice, ...options })
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.code
  }
  return 'nothing thrown'
}
const SEVERITY = { c: 'critical', m: 'major', n: 'minor', w: 'warning' } as const
const EVENT: Record<string, string> = {
  'alert.raised': 'R',
  'alert.updated': 'U',
  'alert.cleared': 'C',
  'alert.acknowledged': 'A',
  'alert.commented': 'K',
}

/** One character per second: severity of an active signal, `x` cleared, `a` somebody acknowledges, `.` nothing. */
function play(book: AlertBook, track: string): string {
  const letters = [...track].map((mark, i) => {
    if (mark === '.') return '.'
    if (mark === 'a') {
      const outcome = book.applyCommand({ type: 'acknowledge', alertId: book.open()[0]?.id ?? '', by: '王' }, i * 1000)
      return 'event' in outcome ? EVENT[outcome.event.type] : '.'
    }
    const state = mark === 'x' ? 'cleared' : 'active'
    const severity = mark === 'x' ? 'major' : SEVERITY[mark as keyof typeof SEVERITY]
    const events = book.applySignal(aSignal(i + 1, { state, severity }))
    return events.map((event) => EVENT[event.type]).join('') || '.'
  })
  return letters.join('')
}

const raised = (book: AlertBook): Alert => (book.applySignal(aSignal(1))[0] as AlertEvent).alert

describe('the life of an alert', () => {
  test.each([
    ['is raised once and updated every five seconds of signal clock', 'mmmmmmmmmmmm', 'R....U....U.'],
    ['tells a change of severity at once', 'mmcm', 'R.UU'],
    ['clears once', 'mxx', 'RC.'],
    ['does not clear what was never raised', 'xxm', '..R'],
    ['raises the same alert again while nobody has acknowledged it', 'mxm', 'RCR'],
    ['counts five seconds from what was told last, an acknowledgement included', 'mma....mm', 'R.A....U.'],
    ['acknowledges once', 'maa', 'RA.'],
    ['loses its acknowledgement when it becomes worse, not when milder', 'mancaw', 'RAUUAU'],
    ['begins anew after it was closed', 'maxm', 'RACR'],
  ])('%s', (_, track, events) => {
    expect(play(aBook(), track)).toBe(events)
  })

  it('says what it is about, in full', () => {
    const [event] = aBook().applySignal(aSignal(7, { evidence: ['aa'], frameId: 'f1' }))
    expect(event).toEqual({
      type: 'alert.raised',
      atMs: 7000,
      alert: {
        id: expect.stringMatching(/^[0-9a-f]{20}$/),
        rule: 'smoke',
        ruleTitle: { zh: '烟雾', en: 'Smoke' },
        category: 'fire',
        severity: 'major',
        state: 'active',
        acknowledged: false,
        subject: { device: 'smoke-1', metric: 'smoke_dbm' },
        deviceName: '一号烟感',
        place: '东园路45号',
        position: { lat: 31.2, lon: 120.6 },
        raisedAtMs: 6900,
        lastAtMs: 6900,
        occurrences: 1,
        reason: { code: 'above', metric: 'smoke_dbm', value: 0.12, limit: 0.1, unit: 'dB/m' },
        frameId: 'f1',
        evidence: ['aa'],
        version: 1,
        toldVersion: 1,
        saidVersion: 1,
        lastOrder: { seq: 7, clockMs: 7000 },
      },
    })
  })

  it('keeps the reason of the condition when it clears', () => {
    const book = aBook()
    book.applySignal(aSignal(1))
    const [cleared] = book.applySignal(aSignal(2, { state: 'cleared', reason: { code: 'below', value: 0.01 } }))
    expect(cleared?.alert).toMatchObject({
      state: 'cleared',
      clearedAtMs: 1900,
      reason: { code: 'above', value: 0.12 },
    })
  })

  it('forgets when it was cleared once it is active again', () => {
    const book = aBook()
    play(book, 'mxm')
    expect(book.open()[0]).toMatchObject({ state: 'active', occurrences: 2, version: 3 })
    expect(book.open()[0]).not.toHaveProperty('clearedAtMs')
  })

  it('says which severity it had before', () => {
    const book = aBook()
    book.applySignal(aSignal(1))
    expect(book.applySignal(aSignal(2, { severity: 'warning' }))[0]?.severityBefore).toBe('major')
    expect(book.applySignal(aSignal(9, { severity: 'warning' }))[0]).not.toHaveProperty('severityBefore')
  })

  it('keeps the first picture and the latest nineteen, each once', () => {
    const book = aBook()
    for (let i = 1; i <= 30; i++) book.applySignal(aSignal(i, { evidence: [`p${i}`, `p${i}`, `p${i - 1}`] }))
    const latest = Array.from({ length: 19 }, (_, i) => `p${i + 12}`)
    expect(book.open()[0]?.evidence).toEqual(['p1', ...latest])
  })

  it('has one open alert per rule and subject', () => {
    const book = aBook()
    book.applySignal(aSignal(1))
    book.applySignal(aSignal(1, { rule: 'silent' }))
    book.applySignal(aSignal(1, { subject: { device: 'smoke-2', metric: 'smoke_dbm' } }))
    book.applySignal(aSignal(2))
    expect(book.open()).toHaveLength(3)
    expect(new Set(book.open().map((alert) => alert.id)).size).toBe(3)
  })
})

describe('a replay', () => {
  it('raises nothing twice, not even what is closed by now', () => {
    const book = aBook()
    play(book, 'maxm')
    expect(play(book, 'm.xm')).toBe('....')
    expect(book.open()).toHaveLength(1)
  })

  it('gives the same id to the same alert', () => {
    const [first] = aBook().applySignal(aSignal(3))
    const [second] = aBook().applySignal(aSignal(3))
    expect(second?.alert.id).toBe(first?.alert.id)
  })

  it('raises nothing twice even when the closed alert itself was dropped', () => {
    const book = aBook({ keepClosed: 0 })
    play(book, 'm')
    const { id } = book.open()[0] as Alert
    play(book, '.ax')
    expect(book.get(id)).toBeUndefined()
    expect(play(book, 'm.x')).toBe('...')
  })

  it('forgets dropped subjects up to where no replay goes back, and no open one', () => {
    const book = aBook({ keepClosed: 0 })
    play(book, 'max')
    book.applySignal(aSignal(2, { rule: 'silent' }))
    book.forgetDropped(2)
    expect(book.snapshot().entries).toHaveLength(2)
    book.forgetDropped(3)
    expect(book.snapshot().entries.map((entry) => entry.alert?.rule)).toEqual(['silent'])
  })

  it('keeps the last closed alerts at hand when it forgets', () => {
    const book = aBook()
    play(book, 'max')
    book.forgetDropped(10)
    expect(book.snapshot().entries).toHaveLength(1)
  })
})

describe('a command', () => {
  it('acknowledges with name, time and comment', () => {
    const book = aBook()
    const { id } = raised(book)
    const outcome = book.applyCommand({ type: 'acknowledge', alertId: id, by: '王', comment: '在看' }, 5000)
    expect(outcome).toMatchObject({
      event: {
        type: 'alert.acknowledged',
        atMs: 5000,
        by: '王',
        comment: '在看',
        alert: { acknowledged: true, acknowledgedBy: '王', acknowledgedAtMs: 5000, version: 2 },
      },
    })
  })

  it('with an idempotency key counts once, also after the alert was closed', () => {
    const book = aBook()
    const { id } = raised(book)
    const comment = { type: 'comment', alertId: id, by: '王', comment: '好', idempotencyKey: 'k1' } as const
    const acknowledge = { type: 'acknowledge', alertId: id, by: '王', idempotencyKey: 'k2' } as const
    expect(book.applyCommand(comment, 2000)).toHaveProperty('event')
    expect(book.applyCommand(comment, 3000)).toHaveProperty('unchanged.version', 2)
    book.applySignal(aSignal(2, { state: 'cleared' }))
    expect(book.applyCommand(acknowledge, 4000)).toHaveProperty('event')
    expect(book.open()).toEqual([])
    expect(book.applyCommand(acknowledge, 5000)).toHaveProperty('unchanged.version', 4)
  })

  it('keeps the idempotency keys of two people apart', () => {
    const book = aBook()
    const { id } = raised(book)
    const comment = { type: 'comment', alertId: id, comment: '好', idempotencyKey: '1' } as const
    expect(book.applyCommand({ ...comment, by: '王' }, 2000)).toHaveProperty('event')
    expect(book.applyCommand({ ...comment, by: '李' }, 2000)).toHaveProperty('event')
  })

  it('forgets the oldest idempotency key when there are too many', () => {
    const book = aBook({ keepKeys: 2 })
    const { id } = raised(book)
    const comment = (idempotencyKey: string) =>
      book.applyCommand({ type: 'comment', alertId: id, comment: '好', by: '王', idempotencyKey }, 2000)
    for (const key of ['1', '2', '3']) comment(key)
    expect(comment('3')).toHaveProperty('unchanged')
    expect(comment('1')).toHaveProperty('event')
    expect(book.snapshot().commands).toHaveLength(2)
  })

  it('is refused when the alert has changed since, when there is none, or when it makes no sense', () => {
    const book = aBook()
    const { id } = raised(book)
    const ask = (parts: object) =>
      codeOf(() => book.applyCommand({ type: 'comment', alertId: id, by: '王', ...parts }, 0))
    expect(ask({ comment: '好', expectedVersion: 2 })).toBe('conflict')
    expect(ask({ comment: '好', alertId: 'nobody' })).toBe('not_found')
    expect(ask({})).toBe('bad_request')
    expect(ask({ comment: '   ' })).toBe('bad_request')
    expect(ask({ comment: 'x'.repeat(2001) })).toBe('bad_request')
    expect(ask({ comment: '好', by: '' })).toBe('bad_request')
    expect(ask({ comment: '好', expectedVersion: 1, idempotencyKey: 'k' })).toBe('nothing thrown')
    expect(ask({ type: 'acknowledge', idempotencyKey: 'k' })).toBe('conflict')
    expect(book.open()[0]).toMatchObject({ version: 2, acknowledged: false })
  })
})

describe('what people do about an alert', () => {
  const DONE = 'nothing thrown'
  function aCase() {
    const book = aBook()
    const { id } = raised(book)
    const say = (parts: Partial<AlertCommand> & Pick<AlertCommand, 'type'>, by = '王') =>
      book.applyCommand({ alertId: id, by, ...parts }, 2000)
    return { book, id, say, code: (...asked: Parameters<typeof say>) => codeOf(() => say(...asked)) }
  }

  it('is given to a department, a grid, a person, or to nobody any more', () => {
    const { book, id, say } = aCase()
    expect(say({ type: 'assign', to: { department: '消防救援站', person: '李' } })).toMatchObject({
      event: {
        type: 'alert.assigned',
        by: '王',
        alert: { assigned: { to: { department: '消防救援站', person: '李' }, by: '王', atMs: 2000 } },
      },
    })
    expect(say({ type: 'assign', to: { department: '消防救援站', person: '李' } })).toHaveProperty(
      'unchanged.version',
      2,
    )
    expect(say({ type: 'assign', to: null })).toHaveProperty('event.type', 'alert.assigned')
    expect(book.get(id)).not.toHaveProperty('assigned')
    expect(say({ type: 'assign', to: null })).toHaveProperty('unchanged')
  })

  it('is handed over to the case of another system, and goes on', () => {
    const { say } = aCase()
    const external = { system: '12345', number: '2026-1187' }
    expect(say({ type: 'hand_over', external })).toMatchObject({
      event: {
        type: 'alert.handed_over',
        alert: { state: 'active', acknowledged: false, handedOver: { ...external, by: '王', atMs: 2000 } },
      },
    })
    expect(say({ type: 'hand_over', external })).toHaveProperty('unchanged')
    expect(say({ type: 'hand_over', external: { ...external, number: '2026-1188' } })).toHaveProperty('event')
  })

  it('keeps assignment and hand-over when it comes back unseen, and not in the next alert', () => {
    const { book, say } = aCase()
    say({ type: 'assign', to: { grid: '上塘社区第1网格' } })
    play(book, '.xm')
    expect(book.open()[0]).toHaveProperty('assigned')
    say({ type: 'acknowledge' })
    play(book, '...xm')
    expect(book.open()[0]).not.toHaveProperty('assigned')
  })

  it('is reopened: nobody has seen it yet', () => {
    const { book, say } = aCase()
    expect(say({ type: 'reopen' })).toHaveProperty('unchanged')
    say({ type: 'acknowledge' })
    book.applySignal(aSignal(3, { state: 'cleared' }))
    expect(book.open()).toEqual([])
    expect(say({ type: 'reopen' }, '李')).toMatchObject({
      event: { type: 'alert.reopened', by: '李', alert: { acknowledged: false } },
    })
    expect(book.open()[0]).not.toHaveProperty('acknowledgedBy')
  })

  it('needs to be said in full', () => {
    const { code } = aCase()
    expect(code({ type: 'false_alarm' })).toBe('bad_request')
    expect(code({ type: 'false_alarm', reason: 'boredom' as never })).toBe('bad_request')
    expect(code({ type: 'assign' })).toBe('bad_request')
    expect(code({ type: 'assign', to: {} })).toBe('bad_request')
    expect(code({ type: 'assign', to: { person: '' } })).toBe('bad_request')
    expect(code({ type: 'hand_over' })).toBe('bad_request')
    expect(code({ type: 'hand_over', external: { system: '12345', number: '' } })).toBe('bad_request')
  })

  it('with an idempotency key counts once; the same key with other words is a conflict', () => {
    const { book, say, code } = aCase()
    const assign = { type: 'assign', to: { person: '李' }, idempotencyKey: 'k' } as const
    expect(say(assign)).toHaveProperty('event')
    expect(say(assign)).toHaveProperty('unchanged')
    expect(code({ ...assign, to: { person: '张' } })).toBe('conflict')
    expect(code({ type: 'hand_over', external: { system: 's', number: '1' }, idempotencyKey: 'k' })).toBe('conflict')
    expect(code({ ...assign, to: { person: '张' } }, '另一人')).toBe(DONE)
    expect(book.open()[0]).toHaveProperty('assigned.to.person', '张')
  })
})

describe('the version that was seen', () => {
  /** Raised aloud, ended and acknowledged unseen, back under a silence: versions 1 and 2 were pushed, 3 was not. */
  function aQuietReturn() {
    const book = aBook()
    const { id } = raised(book)
    book.applySignal(aSignal(2, { state: 'cleared' }))
    const silence = { id: 's', match: { rule: 'smoke' }, fromMs: 0, toMs: 100_000, reason: '检修', by: '王' }
    book.orders.setSilence(silence, 2500)
    book.applySignal(aSignal(3))
    const ask = (expectedVersion: number, by = '王') =>
      codeOf(() => book.applyCommand({ type: 'comment', alertId: id, comment: '好', by, expectedVersion }, 4000))
    return { book, id, ask }
  }

  it('may be the last one that was pushed: a subscriber has seen all it was sent', () => {
    const { book, id, ask } = aQuietReturn()
    expect(book.get(id)).toMatchObject({ version: 3, toldVersion: 2 })
    expect(ask(2)).toBe('nothing thrown')
  })

  it('may be a later one, which lists show', () => {
    expect(aQuietReturn().ask(3)).toBe('nothing thrown')
  })

  it('is too old before the last one that was pushed, and wrong after the newest', () => {
    const { ask } = aQuietReturn()
    expect([ask(1), ask(4)]).toEqual(['conflict', 'conflict'])
  })

  it('of a list is too old once somebody has said something since, pushed or not', () => {
    const { book, id, ask } = aQuietReturn()
    expect(ask(3, '李')).toBe('nothing thrown')
    expect(book.get(id)).toMatchObject({ version: 4, toldVersion: 2, saidVersion: 4 })
    expect(ask(3)).toBe('conflict')
    expect(ask(4)).toBe('nothing thrown')
  })
})
