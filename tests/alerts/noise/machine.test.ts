import { describe, expect, it } from 'vitest'
import type { NoiseSettings } from '../../../alerts/noise/settings.ts'
import type { Signal } from '../../../core/signal.ts'
import { aSignal } from '../a-signal.ts'
import { aDesk } from './a-desk.ts'

/** A signal out of turn, for books of many alerts. */
function signalOf(over: Partial<Signal>, seq: number): Signal {
  return aSignal(seq, { rule: 'many', category: 'climate', order: { seq, clockMs: seq }, ...over })
}

function countReads<T extends object>(target: T, name: keyof T, onRead: () => void): void {
  const value = target[name]
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get() {
      onRead()
      return value
    },
  })
}

const of = (device: string, over: object = {}) => ({ subject: { device, place: 'A' }, ...over })

describe('a flapping alert', () => {
  const flap = { flap: { changes: 4, withinMs: 60_000, stableMs: 10_000 } }
  const flapping = () => aDesk(flap).at(1).raise().at(2).clear().at(3).raise().at(4).clear().at(5).raise().at(6).clear()

  it('is held open after too many changes, and clears once it has been stable', () => {
    const desk = flapping().at(7).raise().at(8).clear().at(30)
    expect(desk.heard()).toEqual([
      ...['1 d1 raised', '2 d1 cleared', '3 d1 raised', '4 d1 cleared', '5 d1 raised'],
      ...['6 d1 updated', '18 d1 cleared'],
    ])
    expect(desk.alert()).toMatchObject({ state: 'cleared', clearedAtMs: 8000 })
    expect(desk.alert()).not.toHaveProperty('flapping')
  })

  it('goes on as an ordinary alert when it was stable active', () => {
    const desk = flapping().at(7).raise().at(30)
    expect(desk.heard().slice(6)).toEqual(['17 d1 updated'])
    expect(desk.alert()).toMatchObject({ state: 'active' })
    expect(desk.alert()).not.toHaveProperty('flapping')
  })

  it('is not held where lives depend on it, nor when its rule is gone', () => {
    const smoke = { lifeSafety: true as const }
    const desk = aDesk(flap).at(1)
    for (let i = 0; i < 10; i++) desk.raise(smoke).clear(smoke)
    expect(desk.heard()).toHaveLength(20)
    expect(
      flapping()
        .at(7)
        .raise()
        .clear({ reason: { code: 'rule_removed' } })
        .alert().state,
    ).toBe('cleared')
  })
})

describe('an alert that is nobody’s', () => {
  const settings: NoiseSettings = { repeat: { afterMs: { critical: 10_000 } } }

  it('is told again for as long as it lasts, until somebody acknowledges it', () => {
    const desk = aDesk(settings).at(1).raise({ severity: 'critical' }).at(25).command({ type: 'acknowledge' }).at(60)
    expect(desk.heard()).toEqual(['1 d1 raised', '11 d1 repeated', '21 d1 repeated', '25 d1 acknowledged'])
  })

  it('is told again by its severity, and from when that changed', () => {
    const desk = aDesk(settings).at(1).raise({ severity: 'minor' }).at(50).raise({ severity: 'critical' }).at(61)
    expect(desk.heard()).toEqual(['1 d1 raised', '50 d1 updated', '60 d1 repeated'])
  })

  it('is told again when acknowledged too, where that is configured', () => {
    const desk = aDesk({ repeat: { ...settings.repeat!, acknowledgedToo: true } })
      .at(1)
      .raise({ severity: 'critical' })
    expect(desk.at(2).command({ type: 'acknowledge' }).at(12).heard()).toContain('11 d1 repeated')
  })
})

describe('recurrence at one place', () => {
  const settings = { recurrence: { announcements: 2, withinMs: 10_000 } }
  const ofRule = (device: string, over: object = {}) => of(device, { rule: 'hot', ...over })

  it('tells no more than so many of one rule, and the next when there is room', () => {
    const desk = aDesk(settings)
      .at(1)
      .raise(ofRule('d1'))
      .at(2)
      .raise(ofRule('d2'))
      .at(3)
      .raise(ofRule('d3'))
      .raise(ofRule('d4'))
    expect(desk.heard()).toEqual(['1 d1 raised', '2 d2 raised'])
    expect(desk.alert('d3').quiet).toMatchObject({ gate: 'recurrence', by: 'hot at A' })
    desk.at(11.5).clear(ofRule('d4')).at(30)
    expect(desk.heard().slice(2)).toEqual(['11 d3 raised'])
  })

  it('swallows neither a rise in severity, nor another rule or place, nor life safety', () => {
    const desk = aDesk(settings)
      .at(1)
      .raise(ofRule('d1'))
      .raise(ofRule('d2'))
      .at(2)
      .raise(ofRule('d3', { severity: 'minor' }))
    desk
      .at(3)
      .raise(ofRule('d3', { severity: 'critical' }))
      .raise(of('d4', { rule: 'wet' }))
    desk.raise(ofRule('d5', { lifeSafety: true })).raise({ rule: 'hot', subject: { device: 'd6', place: 'B' } })
    expect(desk.heard().slice(2)).toEqual(['3 d3 raised', '3 d4 raised', '3 d5 raised', '3 d6 raised'])
  })
})

describe('inhibition', () => {
  const settings: NoiseSettings = {
    inhibitions: [
      {
        id: 'gateway',
        source: { category: 'device', type: 'gateway' },
        target: { category: 'device' },
        equal: ['gateway'],
      },
      {
        id: 'fire',
        source: { category: 'fire', severity: 'critical' },
        target: { severity: ['minor', 'warning'] },
        equal: ['place'],
      },
    ],
  }
  const fire = of('f1', { category: 'fire', severity: 'critical' })
  const hot = of('h1', { severity: 'minor' })

  it('quietens the symptoms of a cause, those before it and those after it', () => {
    const silent = { category: 'device', severity: 'minor' as const }
    const desk = aDesk(settings)
      .at(1)
      .raise({ ...silent, subject: { device: 'd1' } })
    desk
      .at(2)
      .raise({ ...silent, subject: { device: 'gw1' } })
      .at(3)
      .raise({ ...silent, subject: { device: 'd2' } })
    expect(desk.heard()).toEqual(['1 d1 raised', '2 gw1 raised'])
    expect(desk.alert('d2').quiet).toMatchObject({ gate: 'inhibition', by: 'gateway', cause: desk.alert('gw1').id })
    expect(desk.alert('d1').quiet).not.toHaveProperty('untold')
    desk.at(9).clear({ ...silent, subject: { device: 'gw1' } })
    expect(desk.heard().slice(2)).toEqual(['9 gw1 cleared', '9 d2 raised'])
    expect(desk.noted()).toEqual(['2 d1 quieted', '3 d2 raised', '9 d1 unquieted'])
  })

  it('knows neither another place, nor an unknown one, nor what is worse, nor what lives depend on', () => {
    const desk = aDesk(settings).at(1).raise(fire)
    desk
      .raise({ severity: 'minor', subject: { device: 'd1', place: 'B' } })
      .raise({ severity: 'minor', subject: { device: 'd2' } })
    desk
      .raise(of('d3', { severity: 'major' }))
      .raise(of('d4', { severity: 'minor', lifeSafety: true }))
      .raise(hot)
    expect(desk.heard()).toEqual(['1 f1 raised', '1 d1 raised', '1 d2 raised', '1 d3 raised', '1 d4 raised'])
  })

  it('fires nothing at a restart: causes are known before anything is asked', () => {
    const desk = aDesk(settings).at(1).raise(fire).raise(hot)
    const before = desk.events().length
    expect(desk.restart().events()).toHaveLength(before)
    expect(desk.at(2).clear(fire).heard()).toEqual(['1 f1 raised', '2 f1 cleared', '2 h1 raised'])
  })

  it('that is no longer configured lets go at the restart', () => {
    const desk = aDesk(settings).at(1).raise(fire).raise(hot).restart({})
    expect(desk.heard()).toEqual(['1 f1 raised', '1 h1 raised'])
  })

  it('of two that would quieten each other leaves one to be heard', () => {
    const both = [
      { id: 'ab', source: { rule: 'a' }, target: { rule: 'b' }, equal: ['place'] },
      { id: 'ba', source: { rule: 'b' }, target: { rule: 'a' }, equal: ['place'] },
    ]
    const desk = aDesk({ inhibitions: both })
      .at(1)
      .raise(of('d1', { rule: 'a' }))
      .at(2)
      .raise(of('d2', { rule: 'b' }))
    expect(desk.at(3).heard()).toEqual(['1 d1 raised'])
  })

  it('costs by the alerts that share the labels, not by how many are open', () => {
    const inPlace = (i: number) => ({ severity: 'minor' as const, subject: { device: `d${i}`, place: `P${i}` } })
    const desk = aDesk(settings)
    let looks = 0
    for (let i = 0; i < 10_000; i++) desk.book().applySignal(signalOf(inPlace(i), i + 1))
    const open = desk.book().open()
    for (const alert of open) countReads(alert, 'place', () => looks++)
    desk.book().applySignal(signalOf({ ...fire, subject: { device: 'f1', place: 'P7' } }, 20_000))
    expect(desk.book().get(open[7]?.id ?? '')?.quiet).toMatchObject({ gate: 'inhibition' })
    expect(looks).toBeLessThan(20)
  })
})

describe('a group', () => {
  const settings: NoiseSettings = {
    grouping: { by: ['place', 'category'], waitMs: 5000, intervalMs: 20_000, repeatMs: 100_000 },
  }
  const one = (n: number, over: object = {}) => of(`d${n}`, over)

  it('is told as one by its worst, and again as it grows', () => {
    const desk = aDesk(settings)
      .at(1)
      .raise(one(1))
      .at(2)
      .raise(one(2, { severity: 'critical' }))
      .at(3)
      .raise(one(3))
      .at(10)
      .raise(one(4))
    expect(desk.heard()).toEqual(['6 d2 raised'])
    expect(desk.alert('d2').group).toMatchObject({ size: 3, key: { place: 'A', category: 'climate' } })
    expect(desk.alert('d1').quiet).toMatchObject({ gate: 'group', by: desk.alert('d2').group?.id })
    desk.at(30)
    expect(desk.heard()).toEqual(['6 d2 raised', '26 d2 updated'])
    expect(desk.alert('d2').group).toMatchObject({ size: 4, members: expect.arrayContaining([desk.alert('d4').id]) })
  })

  it('is told again while it lasts', () => {
    expect(aDesk(settings).at(1).raise(one(1)).raise(one(2)).at(120).heard()).toEqual([
      '6 d1 raised',
      '106 d1 repeated',
    ])
  })

  it('has another speaker when the first one ends, and nothing to say of those who ended unheard', () => {
    const desk = aDesk(settings)
      .at(1)
      .raise(one(1))
      .raise(one(2))
      .raise(one(3))
      .at(7)
      .clear(one(2))
      .at(8)
      .clear(one(1))
      .at(9)
      .clear(one(3))
    expect(desk.heard()).toEqual(['6 d1 raised', '8 d1 cleared', '8 d3 raised', '9 d3 cleared'])
  })

  it('has another speaker when the first one is shelved', () => {
    const desk = aDesk(settings).at(1).raise(one(1)).raise(one(2)).at(7).command({ type: 'shelve', untilMs: 60_000 })
    expect(desk.heard()).toEqual(['6 d1 raised', '7 d1 shelved', '7 d2 raised'])
    expect(desk.at(70).heard().slice(3)).toEqual([])
  })

  it('lets a rise in severity through at once, and never holds what lives depend on', () => {
    const desk = aDesk(settings)
      .at(1)
      .raise(one(1))
      .raise(one(2))
      .at(2)
      .raise(one(2, { severity: 'critical' }))
    desk.raise(one(3, { lifeSafety: true }))
    expect(desk.heard()).toEqual(['2 d2 raised', '2 d3 raised'])
  })
})

describe('an episode of the past', () => {
  it('is recorded when it begins and ends, never pushed, and leaves the live alert alone', () => {
    const past = { historical: true as const }
    const desk = aDesk().at(1).raise().at(2).raise(past).at(3).raise(past).at(4).clear(past).at(5).raise(past)
    expect(desk.heard()).toEqual(['1 d1 raised'])
    expect(desk.noted()).toEqual(['2 d1 recorded', '4 d1 recorded', '5 d1 recorded'])
    const [, begun, ended, next] = desk.events().map(({ alert }) => alert)
    expect(ended).toMatchObject({
      id: begun?.id,
      historical: true,
      state: 'cleared',
      clearedAtMs: 4000,
      occurrences: 2,
    })
    expect(next?.id).not.toBe(begun?.id)
    expect(desk.book().open()).toMatchObject([{ state: 'active', occurrences: 1, version: 1 }])
  })
})
