import { describe, expect, it } from 'vitest'
import { AppError } from '../../../core/errors.ts'
import { aDesk } from './a-desk.ts'

const silence = (match: object, fromS: number, toS: number, id = 's1') => ({
  ...{ id, match, reason: '检修', by: '王' },
  ...{ fromMs: fromS * 1000, toMs: toS * 1000 },
})
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.code
  }
  return 'nothing thrown'
}

describe('a false alarm', () => {
  const falseAlarm = { type: 'false_alarm', reason: 'known_activity' } as const

  it('is acknowledged and marked; nothing more is told of it until it ends, and then it is closed', () => {
    const desk = aDesk({ repeat: { afterMs: { major: 5000 } } })
      .at(1)
      .raise()
      .at(2)
      .command(falseAlarm)
    expect(desk.alert()).toMatchObject({
      ...{ acknowledged: true, acknowledgedBy: '王', acknowledgedAtMs: 2000 },
      falseAlarm: { reason: 'known_activity', by: '王', atMs: 2000 },
      quiet: { gate: 'false_alarm', by: '王', sinceMs: 2000 },
    })
    desk.at(10).raise().at(30).raise().at(60).clear()
    expect(desk.heard()).toEqual(['1 d1 raised', '2 d1 false_alarm', '60 d1 cleared'])
    expect(desk.noted()).toEqual(['10 d1 updated', '30 d1 updated'])
    expect(desk.book().open()).toEqual([])
  })

  it('is another alert the next time', () => {
    const desk = aDesk().at(1).raise().command(falseAlarm).at(2).clear()
    const { id } = desk.alert()
    desk.at(3).raise()
    expect(desk.alert().id).not.toBe(id)
    expect(desk.alert()).not.toHaveProperty('falseAlarm')
    expect(desk.heard().at(-1)).toBe('3 d1 raised')
  })

  it('that becomes worse is none any more, where lives depend on it and elsewhere', () => {
    for (const lifeSafety of [undefined, true] as const) {
      const own = lifeSafety && { lifeSafety }
      const desk = aDesk()
        .at(1)
        .raise({ severity: 'minor', ...own })
        .at(2)
        .command(falseAlarm)
      desk
        .at(3)
        .raise({ severity: 'minor', ...own })
        .at(4)
        .raise({ severity: 'critical', ...own })
      expect(desk.heard()).toEqual(['1 d1 raised', '2 d1 false_alarm', '4 d1 updated'])
      expect(desk.alert()).toMatchObject({ acknowledged: false, severity: 'critical' })
      for (const part of ['falseAlarm', 'quiet']) expect(desk.alert()).not.toHaveProperty(part)
    }
  })

  it('is taken back by reopening it', () => {
    const desk = aDesk().at(1).raise().command(falseAlarm).at(2).command({ type: 'reopen' }).at(10).raise()
    expect(desk.heard()).toEqual(['1 d1 raised', '1 d1 false_alarm', '2 d1 reopened', '10 d1 updated'])
    expect(desk.alert()).toMatchObject({ acknowledged: false })
  })

  it('of which nobody was told is told when it is reopened', () => {
    const desk = aDesk().order((orders, nowMs) => orders.setSilence(silence({ device: 'd1' }, 0, 5), nowMs))
    desk.at(1).raise().command(falseAlarm).at(9).command({ type: 'reopen' })
    expect(desk.heard()).toEqual(['9 d1 raised'])
  })

  it('quietens no other alert, neither as the cause of it nor as the voice of its group', () => {
    const inhibitions = [
      { id: 'i', source: { severity: 'critical' }, target: { severity: 'minor' }, equal: ['category'] },
    ]
    const desk = aDesk({ inhibitions }).at(1).raise({ severity: 'critical' })
    desk
      .at(2)
      .raise({ severity: 'minor', subject: { device: 'd2' } })
      .at(3)
      .command(falseAlarm)
    expect(desk.heard()).toEqual(['1 d1 raised', '3 d1 false_alarm', '3 d2 raised'])

    const grouping = { by: ['category'], waitMs: 0, intervalMs: 5000, repeatMs: 60_000 }
    const group = aDesk({ grouping })
      .at(1)
      .raise()
      .raise({ subject: { device: 'd2' } })
      .at(2)
      .command(falseAlarm)
    expect(group.heard()).toEqual(['1 d1 raised', '2 d1 false_alarm', '2 d2 raised'])
  })

  it('is the same after a restart', () => {
    const desk = aDesk().at(1).raise().command(falseAlarm).restart().at(10).raise().at(20).clear()
    expect(desk.heard()).toEqual(['1 d1 raised', '1 d1 false_alarm', '20 d1 cleared'])
  })

  it('may be assigned and handed over meanwhile, which is told', () => {
    const desk = aDesk()
      .at(1)
      .raise()
      .command(falseAlarm)
      .at(2)
      .command({ type: 'assign', to: { person: '李' } })
    desk.at(3).command({ type: 'hand_over', external: { system: '12345', number: '7' } })
    expect(desk.heard().slice(2)).toEqual(['2 d1 assigned', '3 d1 handed_over'])
    expect(desk.alert()).toHaveProperty('falseAlarm')
  })
})

describe('a shelf', () => {
  it('keeps an alert quiet that was told, and tells its end', () => {
    const desk = aDesk().at(1).raise().at(2).command({ type: 'shelve', untilMs: 60_000 })
    expect(desk.alert()).toMatchObject({
      quiet: { gate: 'shelf', by: '王', sinceMs: 2000, untilMs: 60_000 },
      shelf: { by: '王', atMs: 2000, untilMs: 60_000, reason: '检修' },
    })
    desk.at(30).raise().at(31).clear()
    expect(desk.heard()).toEqual(['1 d1 raised', '2 d1 shelved', '31 d1 cleared'])
    expect(desk.noted()).toEqual(['30 d1 updated'])
  })

  it('survives that the alert comes and goes, and tells what is there when it ends', () => {
    const desk = aDesk()
      .at(1)
      .raise()
      .command({ type: 'shelve', untilMs: 60_000 })
      .at(2)
      .clear()
      .command({ type: 'acknowledge' })
    desk.at(3).raise().at(4).clear().at(50).raise()
    expect(desk.heard().slice(4)).toEqual([])
    desk.at(100)
    expect(desk.heard().slice(4)).toEqual(['60 d1 raised'])
    expect(desk.alert()).not.toHaveProperty('quiet')
    expect(desk.alert()).not.toHaveProperty('shelf')
  })

  it('of one shot ends with the condition', () => {
    const desk = aDesk().at(1).raise().command({ type: 'shelve', once: true }).at(5).clear().at(6).raise()
    expect(desk.heard()).toEqual(['1 d1 raised', '1 d1 shelved', '5 d1 cleared', '6 d1 raised'])
    expect(desk.alert()).not.toHaveProperty('shelf')
  })

  it('may be ended by hand: what nobody was told of is told then', () => {
    const desk = aDesk().at(1).raise().command({ type: 'shelve' }).at(2).clear().at(3).raise()
    desk.at(4).command({ type: 'unshelve' })
    expect(desk.heard()).toEqual(['1 d1 raised', '1 d1 shelved', '2 d1 cleared', '4 d1 raised'])
    expect(desk.at(9).alert()).not.toHaveProperty('quiet')
  })

  it('has a maximum, is not for what has ended, and only so many', () => {
    const desk = aDesk({ limits: { shelfMs: 10_000, shelves: 1 } })
      .at(1)
      .raise()
      .raise({ subject: { device: 'd2' } })
    expect(codeOf(() => desk.command({ type: 'shelve', untilMs: 11_001 }))).toBe('bad_request')
    expect(codeOf(() => desk.command({ type: 'shelve', untilMs: 1000 }))).toBe('bad_request')
    desk.command({ type: 'shelve' })
    expect(desk.alert().shelf?.untilMs).toBe(11_000)
    expect(codeOf(() => desk.command({ type: 'shelve' }, 'd2'))).toBe('too_many_requests')
    expect(codeOf(() => desk.at(2).clear().command({ type: 'shelve', once: true }))).toBe('conflict')
  })

  it('is a word on life safety too', () => {
    const smoke = { lifeSafety: true as const }
    const desk = aDesk()
      .at(1)
      .raise(smoke)
      .command({ type: 'shelve', untilMs: 9000 })
      .at(2)
      .clear(smoke)
      .at(3)
      .raise(smoke)
    expect(desk.at(10).heard()).toEqual(['1 d1 raised', '1 d1 shelved', '2 d1 cleared', '9 d1 raised'])
  })
})

describe('a silence', () => {
  it('planned in advance begins by itself, and tells at its end what is still there', () => {
    const desk = aDesk().order((to) => to.setSilence(silence({ place: '东园*' }, 10, 20), 0))
    const [east, west] = ['东园路45号', '平桥街1号'].map((place, i) => ({ subject: { device: `d${i + 1}`, place } }))
    desk
      .at(5)
      .raise(east)
      .at(12)
      .raise(west)
      .clear(east)
      .at(13)
      .raise(east)
      .raise({ subject: { device: 'd3', place: '东园路1号' } })
    expect(desk.heard()).toEqual(['5 d1 raised', '12 d2 raised', '12 d1 cleared'])
    expect(desk.noted()).toEqual(['10 d1 quieted', '13 d1 raised', '13 d3 raised'])
    expect(desk.alert('d3')).toMatchObject({ quiet: { gate: 'silence', by: 's1', untilMs: 20_000 }, announced: false })
    desk.at(25)
    expect(desk.heard().slice(3)).toEqual(['20 d1 raised', '20 d3 raised'])
    expect(desk.book().orders.silences()).toEqual([])
  })

  it('tells the end to whoever was told the beginning, and nothing of what began and ended under it', () => {
    const desk = aDesk().at(1).raise()
    desk.at(2).order((to, nowMs) => to.setSilence(silence({ device: ['d1', 'd2'] }, 2, 60), nowMs))
    desk
      .at(3)
      .raise({ subject: { device: 'd2' } })
      .at(4)
      .clear()
      .clear({ subject: { device: 'd2' } })
    expect(desk.heard()).toEqual(['1 d1 raised', '4 d1 cleared'])
    expect(
      desk
        .book()
        .open()
        .map(({ subject }) => subject.device),
    ).toEqual(['d1'])
  })

  it('is changed and ended by hand', () => {
    const desk = aDesk()
      .at(1)
      .order((to, nowMs) => to.setSilence(silence({ category: 'climate' }, 1, 60), nowMs))
    desk
      .at(2)
      .raise()
      .order((to, nowMs) => to.setSilence(silence({ category: 'river' }, 1, 60), nowMs))
    expect(desk.heard()).toEqual(['2 d1 raised'])
    desk
      .at(3)
      .raise({ subject: { device: 'd2' }, category: 'river' })
      .at(4)
      .order((to, nowMs) => to.endSilence('s1', '李', nowMs))
    expect(desk.heard().slice(1)).toEqual(['4 d2 raised'])
  })

  it('does not touch what lives depend on', () => {
    const desk = aDesk().order((to) => to.setSilence(silence({ device: '*' }, 0, 60), 0))
    expect(desk.at(1).raise({ lifeSafety: true }).heard()).toEqual(['1 d1 raised'])
  })

  it('lets a rise in severity through that it does not mean', () => {
    const desk = aDesk().order((to) => to.setSilence(silence({ severity: ['minor', 'warning'] }, 0, 60), 0))
    desk.at(1).raise({ severity: 'minor' }).at(2).raise({ severity: 'major' })
    expect(desk.heard()).toEqual(['2 d1 raised'])
    expect(desk.events().at(-1)?.severityBefore).toBe('minor')
  })

  it('is refused without a matcher, without a reason, over before it begins, too long, or one too many', () => {
    const desk = aDesk({ limits: { silences: 1 } }).at(100)
    const ask = (over: object) =>
      codeOf(() => desk.order((to, nowMs) => to.setSilence({ ...silence({ rule: 'x' }, 0, 200), ...over }, nowMs)))
    expect(ask({ match: {} })).toBe('bad_request')
    expect(ask({ reason: ' ' })).toBe('bad_request')
    expect(ask({ toMs: 50_000 })).toBe('bad_request')
    expect(ask({ toMs: 31 * 86_400_000 })).toBe('bad_request')
    expect(ask({})).toBe('nothing thrown')
    expect(ask({ id: 's2' })).toBe('too_many_requests')
  })
})

describe('a device out of service', () => {
  it('is recorded and not pushed until it is back, life safety or not', () => {
    const out = { device: 'd1', untilMs: 60_000, reason: '标定', by: '王' }
    const smoke = { lifeSafety: true as const }
    const desk = aDesk()
      .at(1)
      .order((to, nowMs) => to.takeOut(out, nowMs))
    desk.at(2).raise(smoke).at(3).clear(smoke).at(4).raise(smoke)
    expect(desk.heard()).toEqual([])
    expect(desk.noted()).toEqual(['2 d1 raised', '3 d1 cleared', '4 d1 raised'])
    desk.at(5).order((to, nowMs) => to.putBack('d1', '王', nowMs))
    expect(desk.heard()).toEqual(['5 d1 raised'])
  })

  it('comes back by itself, and no later than the maximum', () => {
    const out = { device: 'd1', untilMs: 9000, reason: '标定', by: '王' }
    const desk = aDesk({ limits: { outOfServiceMs: 10_000 } }).order((to) => to.takeOut(out, 0))
    expect(desk.at(2).raise().at(10).heard()).toEqual(['9 d1 raised'])
    expect(codeOf(() => desk.order((to, nowMs) => to.takeOut({ ...out, untilMs: 20_001 }, nowMs)))).toBe('bad_request')
    expect(codeOf(() => desk.order((to, nowMs) => to.putBack('d1', '王', nowMs)))).toBe('not_found')
  })
})
