import { describe, expect, it } from 'vitest'
import type { Device } from '../../../core/device.ts'
import type { Signal } from '../../../core/signal.ts'
import type { RuleEngine } from '../../../detectors/rules/engine/rule-engine.ts'
import { aDevice, aReading, at, engineOf, ruleOf, rulesOf } from './play.ts'

const RULES = ruleOf('kind: no-data, after: 12s, severity: minor')
const CHILDREN = ['a', 'b', 'c'].map((id) => aDevice({ id, gateway: 'g' }))
const GATEWAY = aDevice({ id: 'g', type: 'gateway' })

/** `raised a: silent` or `cleared g: heard`, with the second. */
const told = (signals: Signal[]) =>
  signals.map(
    ({ state, subject, reason, order }) =>
      `${(order.clockMs - at(0)) / 1000} ${state === 'active' ? 'raised' : 'cleared'} ${subject.device}: ${reason.code}`,
  )

/** Plays who speaks when, one row per device, one character per second (`x` a reading), and tells what was said. */
function play(tracks: Record<string, string>, engine: RuleEngine): string[] {
  const seconds = Math.max(...Object.values(tracks).map(({ length }) => length))
  const signals: Signal[] = []
  let seq = 0
  for (let second = 0; second < seconds; second++) {
    for (const [device, track] of Object.entries(tracks))
      if (track[second] === 'x') signals.push(...engine.observe(aReading(++seq, second, { v: 1 }, { device })))
    signals.push(...engine.advance(at(second)))
  }
  return told(signals)
}

describe('a dead gateway', () => {
  it('is one alert, and its devices raise none', () => {
    const engine = engineOf(RULES, CHILDREN)
    expect(
      play(
        {
          a: 'x   x   x                         ',
          b: ' x   x   x                        ',
          c: '  x   x   x                       ',
        },
        engine,
      ),
    ).toEqual(['20 raised g: gateway_silent'])
    expect(engine.firing()).toEqual([{ rule: 'r', subject: { device: 'g' } }])
  })

  it('says how many stopped with it, and for how long they may be silent', () => {
    const engine = engineOf(RULES, CHILDREN)
    for (const [index, device] of ['a', 'b', 'c'].entries())
      engine.observe(aReading(index + 1, index, { v: 1 }, { device }))
    expect(engine.advance(at(30))[0]).toMatchObject({
      severity: 'minor',
      subject: { device: 'g' },
      reason: { code: 'gateway_silent', durationS: 12, params: { members: 3 } },
    })
  })

  it('lives when any of its devices is heard; those that stay silent for a whole limit more raise their own', () => {
    const engine = engineOf(RULES, CHILDREN)
    expect(
      play(
        {
          a: 'x   x   x              x   x   x   x   x   x',
          b: ' x   x   x                                  ',
          c: '  x   x   x                                 ',
        },
        engine,
      ),
    ).toEqual(['20 raised g: gateway_silent', '23 cleared g: heard', '35 raised b: silent', '35 raised c: silent'])
  })

  it('leaves those who speak seldom a whole limit more, too, when it is back', () => {
    const rules = rulesOf(`
rules:
  - { id: often, title: { zh: 一, en: A }, category: device, kind: no-data, where: { device: [a, b] }, after: 6s, severity: minor }
  - { id: seldom, title: { zh: 一, en: A }, category: device, kind: no-data, where: { device: c }, after: 20s, severity: minor }
`)
    expect(
      play(
        {
          a: 'x x x x           x x x x x x x x x x x x x x',
          b: 'x x x x           x x x x x x x x x x x x x x',
          c: 'x                                       ',
        },
        engineOf(rules, CHILDREN),
      ),
    ).toEqual(['12 raised g: gateway_silent', '18 cleared g: heard', '38 raised c: silent'])
  })

  it('is known by its own silence where it speaks for itself', () => {
    const rules = rulesOf(`
rules:
  - { id: gateway, title: { zh: 一, en: A }, category: device, kind: no-data, where: { type: gateway }, after: 6s, severity: major }
  - { id: sensor, title: { zh: 一, en: A }, category: device, kind: no-data, where: { type: thermometer }, after: 12s, severity: minor }
`)
    const engine = engineOf(rules, [GATEWAY, CHILDREN[0]!])
    const signals = play({ g: 'x x x x x                       x  ', a: 'x   x   x' }, engine)
    expect(signals).toEqual(['14 raised g: gateway_silent', '32 cleared g: heard'])
  })

  it('speaks by its own rule, or by the worst rule of its devices', () => {
    const text = (own: string) => `
rules:
  - { id: fire, title: { zh: 一, en: A }, category: device, kind: no-data, where: { type: smoke-detector }, after: 12s, severity: major }
  - { id: sensor, title: { zh: 一, en: A }, category: device, kind: no-data, where: { type: thermometer }, after: 12s, severity: minor }
  ${own}
`
    const devices = [...CHILDREN.slice(0, 2), aDevice({ id: 's', type: 'smoke-detector', gateway: 'g' }), GATEWAY]
    const own =
      '- { id: own, title: { zh: 一, en: A }, category: device, kind: no-data, where: { type: gateway }, after: 60s, severity: warning }'
    const speaks = (extra: string) => engineOf(rulesOf(text(extra)), devices).advance(at(40))
    expect(speaks('').map(({ rule, subject }) => [rule, subject.device])).toEqual([['fire', 'g']])
    expect(speaks(own).map(({ rule, subject }) => [rule, subject.device])).toEqual([['own', 'g']])
  })

  it('takes over from a device that had fallen silent just before, which is unknown then', () => {
    const rules = rulesOf(`
rules:
  - { id: fast, title: { zh: 一, en: A }, category: device, kind: no-data, where: { device: a }, after: 4s, severity: minor }
  - { id: slow, title: { zh: 一, en: A }, category: device, kind: no-data, where: { device: [b, c] }, after: 20s, severity: minor }
`)
    const engine = engineOf(rules, CHILDREN)
    expect(play({ a: 'x', b: 'x', c: 'x                      ' }, engine)).toEqual([
      '4 raised a: silent',
      '20 cleared a: unknown',
      '20 raised g: gateway_silent',
    ])
  })
})

describe('a device that is silent on its own', () => {
  it('raises its own alert while another speaks through the gateway', () => {
    const engine = engineOf(RULES, CHILDREN)
    expect(
      play({ a: 'x                        ', b: 'x  x  x  x  x  x  x  x  x', c: 'x  x  x  x  x  x  x  x  x' }, engine),
    ).toEqual(['12 raised a: silent'])
  })

  it('keeps its alert when the gateway dies later: it was dead before', () => {
    const engine = engineOf(RULES, CHILDREN)
    const signals = play(
      { a: 'x', b: 'x  x  x  x  x  x  x', c: ' x  x  x  x  x  x  x                                      ' },
      engine,
    )
    expect(signals).toEqual(['12 raised a: silent', '30 raised g: gateway_silent'])
    expect(engine.firing()).toHaveLength(2)
  })

  it('raises its own alert where it is the only one of its gateway', () => {
    expect(play({ a: 'x                ' }, engineOf(RULES, CHILDREN.slice(0, 1)))).toEqual(['12 raised a: silent'])
  })

  it('is not excused by a gateway that only stopped reporting itself', () => {
    const engine = engineOf(RULES, [GATEWAY, ...CHILDREN.slice(0, 2)])
    expect(
      play({ g: 'x                                 ', a: 'x', b: 'x  x  x  x  x  x  x  x  x  x  x  x' }, engine),
    ).toEqual(['12 raised a: silent', '12 raised g: silent'])
  })
})

describe('a gateway in the registry', () => {
  it('may be said of a device later: what was unknown is awaited anew', () => {
    const devices: Device[] = [...CHILDREN]
    const engine = engineOf(RULES, devices)
    expect(told(engine.advance(at(20)))).toEqual(['12 raised g: gateway_silent'])
    const { gateway: _, ...alone } = CHILDREN[0]!
    devices[0] = alone

    engine.deviceRegistered(alone)

    expect(told(engine.advance(at(40)))).toEqual(['32 raised a: silent'])
  })

  it('has its alert ended when no device speaks through it any more', () => {
    const devices: Device[] = [...CHILDREN]
    const engine = engineOf(RULES, devices)
    engine.advance(at(20))
    for (const [index, { gateway: _, ...alone }] of CHILDREN.entries()) {
      devices[index] = alone
      engine.deviceRegistered(alone)
    }
    expect(told(engine.advance(at(21)))).toEqual(['21.0005 cleared g: device_changed'])
  })
})

it('is awaited on its own again when no device speaks through it any more', () => {
  const devices: Device[] = [GATEWAY, ...CHILDREN]
  const engine = engineOf(RULES, devices)
  expect(told(engine.advance(at(20)))).toEqual(['12 raised g: gateway_silent'])
  for (const [index, { gateway: _, ...alone }] of CHILDREN.entries()) {
    devices[index + 1] = alone
    engine.deviceRegistered(alone)
    engine.observe(aReading(index + 1, 20, { v: 1 }, { device: alone.id }))
  }
  expect(told(engine.advance(at(33))).filter((words) => words.includes(' g:'))).toEqual(['32 raised g: silent'])
})

it('says what is known of each device: silent, or unknown behind a silent gateway', () => {
  const engine = engineOf(RULES, [...CHILDREN, aDevice({ id: 'x' })])
  const known = () => ['a', 'b', 'g', 'x', 'nobody'].map((id) => engine.silenceOf(id))
  engine.observe(aReading(1, 1, { v: 1 }, { device: 'x' }))
  expect(known()).toEqual([null, null, null, null, null])
  engine.advance(at(13))
  expect(known()).toEqual(['unknown', 'unknown', null, 'silent', null])
  engine.observe(aReading(2, 14, { v: 1 }, { device: 'a' }))
  expect(known()).toEqual([null, null, null, 'silent', null])
})

it('holds across a change of other rules, and is raised anew when its own rule changes', () => {
  const engine = engineOf(RULES, CHILDREN)
  engine.advance(at(20))
  expect(engine.replaceRules(ruleOf('kind: no-data, after: 12s, severity: minor'))).toEqual([])
  expect(engine.advance(at(30))).toEqual([])

  expect(told(engine.replaceRules(ruleOf('kind: no-data, after: 13s, severity: major')))).toEqual([
    '30.0005 cleared g: rule_changed',
  ])
  expect(told(engine.advance(at(60)))).toEqual(['30.001 raised g: gateway_silent'])
})

it('does not count the time in which nobody listened', () => {
  const engine = engineOf(RULES, CHILDREN)
  for (const [index, device] of ['a', 'b', 'c'].entries()) engine.observe(aReading(index + 1, 2, { v: 1 }, { device }))
  engine.advance(at(4))
  engine.resumeAt(at(3600))
  expect(told(engine.advance(at(3700)))).toEqual(['3610 raised g: gateway_silent'])
})
