import { describe, expect, it } from 'vitest'
import { DEVICE_TYPES } from '../../../core/metrics.ts'
import { CLAUSES } from '../../../simulators/conformance/judge-device.ts'
import { loadProfile, parseProfile, shippedProfiles } from '../../../simulators/conformance/profile.ts'

describe('the shipped profiles', () => {
  it.each(shippedProfiles())('%s is of a known type and asks for what that type measures', (name) => {
    const { profile, deviceType, reports, levels } = loadProfile(name)
    expect(profile).toBe(name)
    const { metrics, further = [] } = DEVICE_TYPES[deviceType] ?? { metrics: [] }
    const drone = [
      'battery_pct',
      'abs_alt_m',
      'gimbal_yaw_deg',
      'lat',
      'lon',
      'rel_alt_m',
      'heading_deg',
      'gimbal_pitch_deg',
    ]
    expect([...metrics, ...further, ...drone]).toEqual(
      expect.arrayContaining([...reports.metrics, ...reports.optional]),
    )
    expect(CLAUSES.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(levels)))
  })
})

describe('a profile of one’s own', () => {
  const text = (more: string) => `profile: mine
title: { zh: 我的, en: Mine }
deviceType: smoke-detector
reports: { metrics: [smoke_dbm], everyS: 5 }
${more}`

  it('says what differs; the rest is as usual', () => {
    expect(parseProfile(text('clock: { driftS: 1 }'), 'mine')).toMatchObject({
      clock: { driftS: 1 },
      link: { keepAliveS: [10, 1200] },
      limits: { bytes: 65_536 },
    })
  })

  it.each([
    ['an unknown key', 'colour: red', /colour|additional/],
    ['a wrong level', 'levels: { login.will: perhaps }', /levels/],
    ['no YAML', '  - [', /mine: /],
  ])('%s is refused', (_what, more, message) => {
    expect(() => parseProfile(text(more), 'mine')).toThrow(message)
  })

  it('a metric without a unit is refused', () => {
    expect(() => parseProfile(text('').replace('smoke_dbm', 'smell'), 'mine')).toThrow(/smell/)
  })

  it('a name that nobody knows is answered with those that are known', () => {
    expect(() => loadProfile('toaster')).toThrow(/smoke-detector/)
  })
})
