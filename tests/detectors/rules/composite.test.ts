import { describe, expect, it } from 'vitest'
import type { Detection } from '../../../core/detection.ts'
import type { Observation } from '../../../core/observation.ts'
import type { Signal } from '../../../core/signal.ts'
import { subjectKey } from '../../../core/signal.ts'
import { MAX_MEMBERS_PER_AREA } from '../../../detectors/rules/engine/composites.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, aReading, at, engineOf, rulesOf } from './play.ts'

/** `smoke` and `heat` over 5, silent after 30 s, one composite `c`. */
function setOf(composite: string, raises = false) {
  const common = `title: { zh: 烟, en: Smoke }, category: fire, raises: ${raises}`
  return rulesOf(`rules:
  - { id: c, title: { zh: 合, en: Both }, category: fire, kind: composite, ${composite} }
  - { id: smoke, ${common}, kind: threshold, where: { metric: s }, severities: { minor: 5, critical: 8 }, unit: dB/m }
  - { id: heat, ${common}, kind: threshold, where: { metric: t }, above: 5, severity: major }
  - { id: quiet, ${common}, kind: no-data, after: 30s, severity: minor }
  - { id: seen, ${common}, kind: detection, labels: { smoke: major }, minScore: 0.5, clearAfter: 20s }
  `)
}

const BOTH = 'when: { all: [{ rule: smoke }, { rule: heat }] }'
const HOUSE = [
  aDevice({ id: 'd1', place: '东园路45号' }),
  aDevice({ id: 'd2', place: '东园路45号' }),
  aDevice({ id: 'd3', place: '东园路46号' }),
]
const told = (signals: Signal[]) =>
  signals.map(({ rule, subject, state, severity, atMs }) => [
    rule,
    subjectKey(subject),
    state === 'active' ? severity : '-',
    (atMs - at(0)) / 1000,
  ])
const sighting = (seq: number, second: number, position: Detection['position'], part = {}): Observation => ({
  kind: 'analysis',
  seq,
  arrivalMs: at(second),
  deviceId: 'drone',
  frameId: `f${seq}`,
  atMs: at(second),
  state: 'analysed',
  model: 'm',
  detections: [{ label: 'smoke', score: 0.9, box: [0, 0, 9, 9], ...(position && { position }) }],
  annotatedSha256: 'ab'.repeat(32),
  ...part,
})

describe('a composite', () => {
  it('fires when its members hold together at one place, names them, and is over when they are apart', () => {
    const engine = engineOf(setOf(`${BOTH}, by: place, severity: critical, lifeSafety: true`), HOUSE)

    const signals = [
      aReading(1, 0, { s: 6 }, { device: 'd1' }),
      aReading(2, 1, { t: 7 }, { device: 'd3' }),
      aReading(3, 2, { t: 6.5 }, { device: 'd2' }),
      aReading(4, 3, { s: 7 }, { device: 'd1' }),
      aReading(5, 4, { t: 1 }, { device: 'd2' }),
    ].flatMap((observation) => engine.observe(observation))

    expect(told(signals)).toEqual([
      ['c', '||东园路45号||', 'critical', 2],
      ['c', '||东园路45号||', 'critical', 3],
      ['c', '||东园路45号||', '-', 4],
    ])
    expect(signals[0]!.reason).toEqual({
      code: 'combined',
      params: {
        count: 2,
        devices: 2,
        rules: 'smoke,heat',
        zh: '烟 6 dB/m (d1)；烟 6.5 (d2)',
        en: 'Smoke 6 dB/m (d1); Smoke 6.5 (d2)',
      },
    })
    expect(signals[2]!.reason).toEqual({ code: 'parted' })
  })

  it('hears what one observation says all at once, and says at most one thing about it', () => {
    const engine = engineOf(setOf(`${BOTH}, by: device, severity: critical`, true), HOUSE)

    const signals = engine.observe(aReading(1, 0, { s: 6, t: 6 }))

    expect(told(signals)).toEqual([
      ['smoke', 'd1|s|||', 'minor', 0],
      ['heat', 'd1|t|||', 'major', 0],
      ['c', 'd1||||', 'critical', 0],
    ])
  })

  it.each([
    ['all', '{ all: [{ rule: smoke }, { rule: heat }] }', '----1-'],
    ['any', '{ any: [{ rule: smoke }, { rule: heat }] }', '-1-111'],
    ['not', '{ all: [{ rule: smoke }, { not: { rule: heat } }] }', '-1----'],
    ['at least so many', '{ atLeast: 1, of: [{ rule: smoke }, { rule: heat }] }', '-1-111'],
    ['one alone', '{ rule: heat }', '---111'],
    ['a severity', '{ rule: smoke, severity: critical }', '----1-'],
    [
      'to any depth',
      '{ all: [{ any: [{ rule: smoke, severity: critical }, { rule: heat }] }, { rule: heat }] }',
      '---111',
    ],
  ])('joins its members by %s', (_, when, marks) => {
    const engine = engineOf(setOf(`when: ${when}, by: device, severity: critical`))
    let shown = '-'
    const track = [
      { s: 1, t: 1 },
      { s: 6, t: 1 },
      { s: 1, t: 1 },
      { s: 1, t: 6 },
      { s: 9, t: 6 },
      { s: 1, t: 6 },
    ].map((values, second) => {
      for (const { state } of engine.observe(aReading(second + 1, second, values)))
        shown = state === 'active' ? '1' : '-'
      return shown
    })
    expect(track.join('')).toBe(marks)
  })

  it('counts a member as long as it fires and, with within, so long after it ended', () => {
    const engine = engineOf(setOf(`${BOTH}, by: device, within: 10s, severity: critical`))

    const signals = [
      aReading(1, 0, { s: 6 }),
      aReading(2, 5, { s: 1 }),
      aReading(3, 14, { t: 6 }),
      aReading(4, 20, { t: 6 }),
      aReading(5, 24, { s: 6 }),
      aReading(6, 25, { s: 1, t: 1 }),
    ].flatMap((observation) => engine.observe(observation))

    expect(told([...signals, ...engine.advance(at(60))])).toEqual([
      ['c', 'd1||||', 'critical', 14],
      ['c', 'd1||||', '-', 15],
      ['c', 'd1||||', 'critical', 24],
      ['c', 'd1||||', '-', 35],
    ])
  })

  it('waits its own delays, on our clock, also when nobody speaks', () => {
    const engine = engineOf(setOf(`${BOTH}, by: device, onDelay: 5s, offDelay: 3s, severity: critical`))
    engine.observe(aReading(1, -100, { s: 6, t: 6 }, { arrival: 0 }))

    expect(engine.nextDueMs()).toBe(at(5))
    expect(told(engine.advance(at(7)))).toEqual([['c', 'd1||||', 'critical', 5]])
    expect(told(engine.observe(aReading(2, 8, { s: 1 })))).toEqual([])
    expect(told(engine.advance(at(12)))).toEqual([['c', 'd1||||', '-', 11]])
  })

  it('keeps hours: it is over when they end, and begins with them, though nobody speaks', () => {
    // 22:13:20 in UTC at second 0.
    const schedule = "schedule: { zone: UTC, intervals: [{ from: '22:14', to: '22:15' }] }"
    const engine = engineOf(setOf(`when: { rule: smoke }, by: device, severity: minor, ${schedule}`))

    expect(engine.observe(aReading(1, 0, { s: 6 }))).toEqual([])
    const signals = engine.advance(at(200))
    expect(told(signals)).toEqual([
      ['c', 'd1||||', 'minor', 40],
      ['c', 'd1||||', '-', 100],
    ])
    expect(signals[1]!.reason.code).toBe('closed')
  })

  it('asks for several devices, and rises with their number', () => {
    const engine = engineOf(
      setOf('when: { rule: smoke, devices: 2 }, by: everything, severities: { minor: 2, critical: 3 }'),
      HOUSE,
    )
    const fire = (seq: number, device: string) => told(engine.observe(aReading(seq, seq, { s: 6 }, { device })))

    expect([fire(1, 'd1'), fire(2, 'd1'), fire(3, 'd2'), fire(4, 'd3')]).toEqual([
      [],
      [],
      [['c', '||||', 'minor', 3]],
      [['c', '||||', 'critical', 4]],
    ])
  })

  it('finds devices behind one gateway, and a device without one by itself', () => {
    const behind = ['d1', 'd2', 'd3'].map((id) => aDevice({ id, ...(id !== 'd3' && { gateway: 'g1' }) }))
    const engine = engineOf(setOf('when: { rule: smoke, devices: 2 }, by: gateway, severity: major'), behind)
    const fire = (seq: number, device: string) => told(engine.observe(aReading(seq, seq, { s: 6 }, { device })))

    expect([fire(1, 'd1'), fire(2, 'd3'), fire(3, 'd2')]).toEqual([[], [], [['c', 'g1||||', 'major', 3]]])
  })

  it('takes a device without a place as a place of its own', () => {
    const engine = engineOf(setOf(`${BOTH}, by: place, severity: critical`), [aDevice(), aDevice({ id: 'd2' })])

    expect(engine.observe(aReading(1, 0, { s: 6 }, { device: 'd2' }))).toEqual([])
    expect(told(engine.observe(aReading(2, 1, { s: 6, t: 6 })))).toEqual([['c', 'd1||||', 'critical', 1]])
  })

  it('uses what other composites say', () => {
    const rules = rulesOf(`rules:
  - { id: top, title: { zh: 一, en: A }, category: fire, kind: composite, when: { rule: both, devices: 2 }, by: everything, severity: critical }
  - { id: both, title: { zh: 一, en: A }, category: fire, kind: composite, ${BOTH}, by: device, severity: major }
  - { id: smoke, title: { zh: 一, en: A }, category: fire, raises: false, kind: threshold, where: { metric: s }, above: 5, severity: minor }
  - { id: heat, title: { zh: 一, en: A }, category: fire, raises: false, kind: threshold, where: { metric: t }, above: 5, severity: minor }`)
    expect(rules.rules.map(({ id }) => id)).toEqual(['smoke', 'heat', 'both', 'top'])
    const engine = engineOf(rules, HOUSE)

    engine.observe(aReading(1, 0, { s: 6, t: 6 }, { device: 'd1' }))
    const signals = engine.observe(aReading(2, 1, { s: 6, t: 6 }, { device: 'd2' }))

    expect(told(signals)).toEqual([
      ['both', 'd2||||', 'major', 1],
      ['top', '||||', 'critical', 1],
    ])
    expect(engine.firing().map(({ rule }) => rule)).toEqual(['both', 'both', 'top'])
  })
})

describe('a neighbourhood', () => {
  const NEAR = 'when: { all: [{ rule: seen }, { rule: smoke }] }, near: 100m, severity: critical'
  const STATION = { lat: 31.2, lon: 120.6 }
  const CLOSE = { lat: 31.2005, lon: 120.6 }
  const FAR = { lat: 31.202, lon: 120.6 }
  const devices = [aDevice({ position: STATION }), aDevice({ id: 'drone', type: 'drone' })]

  it('joins what lies near the first member, which is the subject, with the pictures', () => {
    const engine = engineOf(setOf(NEAR), devices)

    engine.observe(sighting(1, 0, FAR))
    engine.observe(sighting(2, 1, CLOSE))
    const [signal, ...more] = engine.observe(aReading(3, 2, { s: 6 }))

    expect(signal).toMatchObject({
      rule: 'c',
      subject: { label: 'smoke' },
      position: CLOSE,
      frameId: 'f2',
      evidence: ['ab'.repeat(32)],
    })
    expect(more).toEqual([])
    expect(told(engine.advance(at(60)))).toEqual([['c', subjectKey(signal!.subject), '-', 21]])
  })

  it('takes in who came before and belongs to another', () => {
    const engine = engineOf(setOf(NEAR), devices)
    const between = { lat: 31.2008, lon: 120.6 }
    const beyond = { lat: 31.2014, lon: 120.6 }
    engine.observe(aReading(1, 0, { s: 6 }))

    expect(engine.observe(sighting(2, 1, beyond))).toEqual([])
    const signals = engine.observe(sighting(3, 2, between))

    expect(signals.map(({ subject }) => subjectKey(subject))).toEqual(['d1|s|||'])
  })

  it('has no centre where somebody only shuts it out', () => {
    const rules = setOf('when: { all: [{ rule: seen }, { not: { rule: smoke } }] }, near: 100m, severity: critical')
    const engine = engineOf(rules, devices)
    engine.observe(aReading(1, 0, { s: 6 }))

    expect(engine.observe(sighting(2, 1, CLOSE))).toEqual([])
    expect(engine.observe(sighting(3, 2, FAR))).toHaveLength(1)
    const [signal] = engine.observe(aReading(4, 3, { s: 1 }))

    expect(signal).toMatchObject({ subject: { label: 'smoke' }, state: 'active', position: CLOSE })
  })
})

describe('a rule that raises nothing itself', () => {
  it('is heard by composites only, and is not among what fires', () => {
    const engine = engineOf(setOf('when: { rule: smoke, devices: 2 }, by: everything, severity: minor'))

    expect(engine.observe(aReading(1, 0, { s: 6 }))).toEqual([])
    expect(engine.firing()).toEqual([])
    expect(engine.replaceRules(rulesOf('rules: []'))).toEqual([])
  })

  it('is told as over when it stops raising, while composites go on', () => {
    const composite = `${BOTH}, by: device, severity: critical`
    const engine = engineOf(setOf(composite, true))
    engine.observe(aReading(1, 0, { s: 6, t: 6 }))
    const later = engineOf(setOf(composite, false), [aDevice()], JSON.parse(JSON.stringify(engine.snapshot())))

    const again = later.observe(aReading(2, 1, { s: 6, t: 6 }))
    const ended = later.advance(at(2))

    expect(told(again)).toEqual([['c', 'd1||||', 'critical', 1]])
    expect(ended.map(({ rule, state }) => [rule, state])).toEqual([
      ['smoke', 'cleared'],
      ['heat', 'cleared'],
    ])
    expect(later.firing()).toEqual([{ rule: 'c', subject: { device: 'd1' } }])
  })
})

describe('when rules or devices change', () => {
  const COMPOSITE = `${BOTH}, by: place, within: 1h, severity: critical`
  const fired = (raises = false) => {
    const engine = engineOf(setOf(COMPOSITE, raises), HOUSE)
    engine.observe(aReading(1, 0, { s: 6 }, { device: 'd1' }))
    engine.observe(aReading(2, 1, { t: 6 }, { device: 'd2' }))
    return engine
  }

  it('is over when a member is switched off, and names no rule that is not there', () => {
    const text = (off: string) => `rules:
  - { id: c, title: { zh: 合, en: Both }, category: fire, kind: composite, ${COMPOSITE} }
  - { id: smoke, title: { zh: 烟, en: Smoke }, category: fire, kind: threshold, where: { metric: s }, above: 5, severity: minor${off} }
  - { id: heat, title: { zh: 热, en: Heat }, category: fire, kind: threshold, where: { metric: t }, above: 5, severity: minor }`
    const engine = engineOf(rulesOf(text('')), HOUSE)
    engine.observe(aReading(1, 0, { s: 6, t: 6 }))

    const signals = engine.replaceRules(rulesOf(text(', enabled: false')))

    expect(signals.map(({ rule, state, reason }) => [rule, state, reason.code])).toEqual([
      ['smoke', 'cleared', 'rule_removed'],
      ['c', 'cleared', 'parted'],
    ])
    expect(engine.firing().map(({ rule }) => rule)).toEqual(['heat'])
  })

  it('does not count on what a member said before it was changed', () => {
    const engine = fired()
    engine.observe(aReading(3, 2, { s: 1 }, { device: 'd1' }))
    expect(engine.firing()).toHaveLength(1)
    const changed = setOf(COMPOSITE)
    const rules = changed.rules.map((rule) => (rule.id === 'smoke' ? { ...rule, hash: 'other' } : rule))

    expect(engine.replaceRules({ ...changed, rules })).toEqual([])
    expect(told(engine.advance(at(3)))).toEqual([['c', '||东园路45号||', '-', 1 + 1.001]])
  })

  it('learns, when it is new, what fires already', () => {
    const engine = engineOf(setOf('when: { rule: seen }, by: place, severity: critical', true), HOUSE)
    engine.observe(aReading(1, 0, { s: 6, t: 6 }, { device: 'd2' }))
    engine.replaceRules(setOf(COMPOSITE, true))

    expect(engine.nextDueMs()).toBe(at(0) + 1)
    expect(told(engine.advance(at(1)))).toEqual([['c', '||东园路45号||', 'critical', 0.001]])
  })

  it('follows a device to another place', () => {
    const devices = [...HOUSE]
    const engine = engineOf(setOf(COMPOSITE), devices)
    engine.observe(aReading(1, 0, { s: 6 }, { device: 'd1' }))
    engine.observe(aReading(2, 1, { t: 6 }, { device: 'd3' }))
    devices[2] = aDevice({ id: 'd3', place: '东园路45号' })
    engine.deviceRegistered(devices[2])

    expect(told(engine.advance(at(2)))).toEqual([['c', '||东园路45号||', 'critical', 1.001]])
  })
})

it('has a bound, and counts what it does not take in', () => {
  const many = Array.from({ length: MAX_MEMBERS_PER_AREA + 1 }, (_, i) => aDevice({ id: `d${i}` }))
  const engine = engineOf(setOf('when: { rule: smoke, devices: 2 }, by: everything, severity: minor'), many)
  for (const [i, { id }] of many.entries()) engine.observe(aReading(i + 1, i, { s: 6 }, { device: id }))

  expect(engine.unheard()).toEqual({ members: 1, records: 0, sightings: 0, findings: 0, suspicions: 0 })
  engine.observe(aReading(5000, 5000, { s: 1 }, { device: 'd0' }))
  const [signal] = engine.observe(aReading(5001, 5001, { s: 6 }, { device: many.at(-1)!.id }))
  expect(signal?.reason.params?.devices).toBe(MAX_MEMBERS_PER_AREA)
})

it('is told what is wrong with it, by line and column', () => {
  const text = `rules:
  - { id: a, title: { zh: 一, en: A }, category: other, kind: composite, by: device, severity: minor, when: { rule: b } }
  - { id: b, title: { zh: 一, en: A }, category: other, kind: composite, by: device, severity: minor, when: { all: [{ rule: a }, { rule: nobody }] } }
  - id: c
    title: { zh: 一, en: A }
    category: other
    kind: composite
    by: device
    near: 5m
    when:
      all:
        - { rule: a, devices: 0 }
        - { rule: a, seveirty: minor }
        - { none: [] }
        - { atLeast: 3, of: [{ rule: a }, { rule: b }] }
  - { id: d, title: { zh: 一, en: A }, category: other, kind: composite, severity: minor, when: { not: { rule: faulty } } }
  - { id: e, title: { zh: 一, en: A }, category: other, kind: composite, by: device, severities: { minor: 2, major: 2 }, when: { rule: faulty } }
  - { id: faulty, kind: threshold }
`
  const result = parseRules([{ path: 'x.yaml', text }])
  expect('faults' in result ? formatFaults(result.faults) : '').toMatchInlineSnapshot(`
    "x.yaml:2:116 a rule cannot be its own member: a → b → a
    x.yaml:3:124 a rule cannot be its own member: b → a → b
    x.yaml:3:137 no rule has the id nobody
    x.yaml:4:5 severity is missing, or severities
    x.yaml:9:11 near cannot stand beside by
    x.yaml:12:31 devices must be a whole number from 1 to 100
    x.yaml:13:32 unknown key seveirty; a member may have rule, devices, severity
    x.yaml:14:11 a condition is a member { rule: its id }, or one of { all: [ … ] }, { any: [ … ] }, { not: … }, { atLeast: 2, of: [ … ] }
    x.yaml:15:22 atLeast must be a whole number from 1 to 2, the length of of
    x.yaml:16:5 by or near is missing: what the members have in common
    x.yaml:16:96 the condition holds when no member does; at least one member must be asked for
    x.yaml:17:97 severities must rise from warning to critical
    x.yaml:18:5 title is missing
    x.yaml:18:5 category is missing
    x.yaml:18:5 where is missing"
  `)
})
