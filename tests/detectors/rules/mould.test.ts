import { describe, expect, it } from 'vitest'
import type { Device } from '../../../core/device.ts'
import { MOULD_MATERIALS, mouldAfter } from '../../../core/mould.ts'
import type { Observation } from '../../../core/observation.ts'
import type { Signal } from '../../../core/signal.ts'
import { aDevice, aReading, engineOf, objectionsTo, ruleOf } from './play.ts'

const RULE = 'kind: mould, where: { metric: rh_pct }, severities: { warning: 1, minor: 3 }'
const HOUR_S = 3600

/** Readings every half an hour, from an hour on. */
function air(days: number, rhPct: number, tempC: number | null, fromDay = 0, device = 'd1'): Observation[] {
  return Array.from({ length: days * 48 }, (_, i) => {
    const halfHour = fromDay * 48 + i
    const values = { rh_pct: rhPct, ...(tempC !== null && { temp_c: tempC }) }
    return aReading(2 * halfHour + 2, halfHour * 1800, values, { device })
  })
}

function judged(observations: Observation[], lines = RULE, devices: Device[] = [aDevice()]): Signal[] {
  const engine = engineOf(ruleOf(lines), devices)
  return observations.flatMap((observation) => engine.observe(observation))
}

/** Day and severity of what is new. */
const news = (signals: Signal[]) =>
  signals
    .filter(({ severity }, i) => i === 0 || severity !== signals[i - 1]!.severity)
    .map(({ atMs, severity }) => `${severity} ${Math.round((atMs - 1_700_000_000_000) / 86_400_000)}`)

describe('mould', () => {
  it('is told when the index of the model comes to its limits', () => {
    const hours = Array.from({ length: 60 * 24 }, (_, hour) => ({ hour, rhPct: 97, tempC: 20 }))
    const dayOf = (index: number) =>
      hours.findIndex((_, i) => mouldAfter(hours.slice(0, i + 1), MOULD_MATERIALS['very-sensitive']).index > index) / 24
    expect([dayOf(1), dayOf(3)].map(Math.round)).toEqual([10, 21])
    const signals = judged(air(30, 97, 20), `${RULE}, material: very-sensitive`)
    expect(news(signals)).toEqual(['warning 10', 'minor 21'])
  })

  it('says how wet it is, from which humidity it grows, and what the index is', () => {
    const [signal] = judged(air(100, 88, 10), `${RULE}, material: very-sensitive`)
    expect(signal!.reason).toEqual({
      ...{ code: 'mould', metric: 'rh_pct', value: 88, limit: 82, unit: '%RH' },
      params: { index: 1, above: 1, perDay: expect.any(Number), tempC: 10, material: 'very-sensitive', unknownH: 0 },
    })
  })

  it('does not grow in dry air, and does not end with the first dry day', () => {
    expect(judged(air(200, 75, 20))).toEqual([])
    const signals = judged([...air(60, 97, 20), ...air(60, 50, 20, 60)], `${RULE}, hysteresis: 0.2`)
    expect(signals.every(({ state }) => state === 'active')).toBe(true)
  })

  it('grows sooner at a wall that is colder than the air', () => {
    expect(judged(air(200, 72, 20))).toEqual([])
    expect(news(judged(air(200, 72, 20), `${RULE}, colderK: 4`))[0]).toMatch(/^warning \d\d$/)
  })

  it('takes the temperature of the place where the sensor has none, and says nothing where nobody knows it', () => {
    const devices = [aDevice({ place: '东园' }), aDevice({ id: 'd2', place: '东园' })]
    const thermometer = Array.from({ length: 48 * 80 }, (_, i) =>
      aReading(2 * i + 1, i * 1800, { temp_c: 20 }, { device: 'd2' }),
    )
    const together = air(80, 97, null).flatMap((one, i) => [thermometer[i]!, one])
    expect(news(judged(together, RULE, devices))[0]).toMatch(/^warning/)
    expect(judged(air(80, 97, null), RULE, devices)).toEqual([])
    const stale = [thermometer[0]!, ...air(80, 97, null)]
    expect(judged(stale, RULE, devices)).toEqual([])
  })

  it('knows the material by an attribute, and does not judge what it does not know', () => {
    const lines = `${RULE}, material: { attribute: mouldMaterial, default: resistant }`
    const of = (mouldMaterial: string) => [aDevice({ attributes: { mouldMaterial } })]
    expect(judged(air(60, 97, 20), lines)).toEqual([])
    expect(news(judged(air(60, 97, 20), lines, of('very-sensitive')))[0]).toBe('warning 10')
    expect(judged(air(60, 97, 20), lines, of('oak'))).toEqual([])
  })

  it('begins again when it was cleaned off', () => {
    const lines = `${RULE}, material: very-sensitive, cleanedOn: { attribute: mouldCleanedOn }`
    let device = aDevice()
    const rules = ruleOf(lines)
    const engine = engineOf(rules, [device])
    const before = air(30, 97, 20).flatMap((one) => engine.observe(one))
    expect(before.at(-1)).toMatchObject({ state: 'active', severity: 'minor' })

    device = aDevice({ attributes: { mouldCleanedOn: new Date(1_700_000_000_000 + 30 * 86_400_000).toISOString() } })
    const cleaned = engineOf(rules, [device], JSON.parse(JSON.stringify(engine.snapshot())))
    const after = air(3, 60, 20, 30).flatMap((one) => cleaned.observe(one))
    expect(after.map(({ state }) => state)).toEqual(['cleared'])
  })

  it('does not grow in a gap', () => {
    const wet = [...air(6, 97, 20), ...air(3, 97, 20, 36)]
    expect(judged(wet, `${RULE}, material: very-sensitive`)).toEqual([])
    expect(judged(air(12, 97, 20), `${RULE}, material: very-sensitive`)).not.toEqual([])
  })

  it('takes hours by their means', () => {
    const hours = 24 * 40
    const spikes = Array.from({ length: hours * 4 }, (_, i) =>
      aReading(i + 1, (i * HOUR_S) / 4, { rh_pct: i % 4 === 0 ? 100 : 70, temp_c: 20 }),
    )
    expect(judged(spikes, `${RULE}, material: very-sensitive`)).toEqual([])
  })

  it.each([
    ['kind: mould, where: { metric: rh_pct }', 'a limit is missing: above or severities'],
    [
      'kind: mould, where: { metric: rh_pct }, above: 7, severity: minor',
      'above must be a number above 0 and below 6, not 7',
    ],
    [`${RULE}, hysteresis: 2`, 'hysteresis must not be more than the limit'],
  ])('refuses %s', (lines, message) => {
    expect(objectionsTo(lines)).toEqual([message])
  })
})
