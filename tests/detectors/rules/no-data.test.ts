import { describe, expect, it } from 'vitest'
import { aDevice, aReading, at, createBoard, engineOf, ruleOf } from './play.ts'

const SILENT_5S = ruleOf('kind: no-data, after: 5s, severity: minor')

describe('silence of a device', () => {
  // One character per second: `x` a reading, blank nothing.
  it.each([
    { title: 'counts from the registration', track: '        ', fires: '-----333' },
    { title: 'counts from the last reading', track: '  x       ', fires: '-------333' },
    { title: 'ends with the next reading', track: '      x  ', fires: '-----3---' },
    { title: 'never begins while readings come in time', track: 'x   x   x   x  ', fires: '---------------' },
  ])('$title', ({ track, fires }) => {
    const engine = engineOf(SILENT_5S)
    const board = createBoard()
    let marks = ''
    for (const [second, mark] of [...track].entries()) {
      board.take(mark === 'x' ? engine.observe(aReading(second + 1, second, { v: 1 })) : engine.advance(at(second)))
      marks += board.mark()
    }
    expect(marks).toBe(fires)
  })

  it('is told once, at the moment it was due, whenever time is asked', () => {
    const engine = engineOf(SILENT_5S)
    engine.observe(aReading(7, 2, { v: 1 }))

    expect(engine.nextDueMs()).toBe(at(7))
    expect(engine.advance(at(1000))).toMatchObject([
      {
        state: 'active',
        subject: { device: 'd1' },
        order: { seq: 7, clockMs: at(7) },
        atMs: at(7),
        reason: { code: 'silent', durationS: 5 },
      },
    ])
    expect(engine.advance(at(9000))).toEqual([])
    expect(engine.nextDueMs()).toBeNull()
  })

  it('does not take the same message again for a sign of life, but takes late data for one', () => {
    const engine = engineOf(SILENT_5S)
    engine.observe(aReading(1, 1, { v: 1 }))
    engine.observe(aReading(2, 1, { v: 1 }, { arrival: 4 }))
    expect(engine.nextDueMs()).toBe(at(6))

    engine.observe(aReading(3, 0, { v: 1 }, { arrival: 5 }))

    expect(engine.nextDueMs()).toBe(at(10))
  })

  it('does not count the time in which nobody listened', () => {
    const engine = engineOf(SILENT_5S)
    engine.observe(aReading(1, 2, { v: 1 }))
    engine.advance(at(4))

    engine.resumeAt(at(3600))

    expect(engine.nextDueMs()).toBe(at(3603))
  })

  it('awaits a device from the moment it is registered, while the engine runs', () => {
    const devices = [aDevice()]
    const engine = engineOf(SILENT_5S, devices)
    engine.observe(aReading(1, 3, { v: 1 }))
    const late = aDevice({ id: 'd2', registeredAtMs: at(4) })
    devices.push(late)

    engine.deviceRegistered(late)

    expect(engine.advance(at(9)).map(({ subject, atMs }) => [subject.device, atMs])).toEqual([
      ['d1', at(8)],
      ['d2', at(9)],
    ])
  })
})

describe('the limit of silence', () => {
  const dueAfterS = (rule: string, device: Parameters<typeof aDevice>[0]) => {
    const dueMs = engineOf(ruleOf(rule), [aDevice(device)]).nextDueMs()
    return dueMs === null ? null : (dueMs - at(0)) / 1000
  }

  it.each([
    {
      title: 'is the interval that the device announced, times the factor',
      rule: 'factor: 3',
      device: { reportEveryS: 20 },
      limitS: 60,
    },
    {
      title: 'takes the interval of the type otherwise',
      rule: 'factor: 2',
      device: { type: 'gas-detector' },
      limitS: 60,
    },
    {
      title: 'takes the default for an unknown type',
      rule: 'factor: 2, defaultInterval: 4s',
      device: { type: 'toaster' },
      limitS: 8,
    },
    { title: 'is never less than the least', rule: 'factor: 2, atLeast: 2m', device: { reportEveryS: 1 }, limitS: 120 },
    {
      title: 'does not exist for a device of which nobody knows the interval',
      rule: 'factor: 2',
      device: { type: 'toaster' },
      limitS: null,
    },
    { title: 'is fixed where the rule says so', rule: 'after: 90s', device: { reportEveryS: 1 }, limitS: 90 },
  ])('$title', ({ rule, device, limitS }) => {
    expect(dueAfterS(`kind: no-data, ${rule}, severity: minor`, device)).toBe(limitS)
  })
})

describe('silence of one metric', () => {
  const rules = ruleOf('kind: no-data, where: { metric: v }, after: 5s, severity: minor')

  it('is not ended by another metric of the device', () => {
    const engine = engineOf(rules)
    const board = createBoard()
    board.take(engine.observe(aReading(1, 0, { v: 1 })))
    board.take(engine.observe(aReading(2, 4, { other: 1 })))
    board.take(engine.advance(at(5)))
    expect(board.mark()).toBe('3')

    const signals = engine.observe(aReading(3, 6, { other: 1, v: 1 }))

    expect(signals).toMatchObject([
      { state: 'cleared', subject: { device: 'd1', metric: 'v' }, reason: { code: 'heard', metric: 'v' } },
    ])
  })

  it('is awaited from a device that never sent it', () => {
    expect(engineOf(rules).advance(at(5))).toMatchObject([{ subject: { device: 'd1', metric: 'v' } }])
  })
})
