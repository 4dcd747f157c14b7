import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../core/signal.ts'
import { aDevice, aReading, createBoard, engineOf, objectionsTo, ruleOf } from './play.ts'

const TO_W = 'kind: difference, where: { metric: v }, to: { metric: w }, maxAge: 60s, severity: major'
const TO_D9 = 'kind: difference, where: { device: d1, metric: v }, to: { device: d9 }, maxAge: 60s, severity: major'
const AROUND = 'kind: difference, where: { metric: v }, to: { around: median }, maxAge: 60s, severity: major'

type Step = [second: number, device: string, values: Record<string, number>]

const HOUSE = ['d1', 'd2', 'd3', 'd4'].map((id) => aDevice({ id, place: '东园路45号' }))
const DEVICES = [...HOUSE, aDevice({ id: 'd9', place: '西园路1号' })]

/** The worst that fires after each step, one character each, and everything that was said. */
function judged(rule: string, steps: Step[]): { marks: string; signals: Signal[] } {
  const engine = engineOf(ruleOf(rule), DEVICES)
  const board = createBoard()
  const signals: Signal[] = []
  let marks = ''
  for (const [index, [second, device, values]] of steps.entries()) {
    const said = engine.observe(aReading(index + 1, second, values, { device }))
    board.take(said)
    signals.push(...said)
    marks += board.mark()
  }
  return { marks, signals }
}

describe('a difference', () => {
  it('is to another metric of the same device, of the same message too', () => {
    const steps: Step[] = [
      [0, 'd1', { v: 11, w: 10 }],
      [1, 'd1', { v: 13.1 }],
      [2, 'd1', { v: 13.1, w: 12 }],
    ]
    expect(judged(`${TO_W}, above: 3`, steps).marks).toBe('-2-')
  })

  it('is to another device', () => {
    const steps: Step[] = [
      [0, 'd1', { v: 9 }],
      [1, 'd9', { v: 1 }],
      [2, 'd1', { v: 9 }],
      [3, 'd9', { v: 7 }],
      [4, 'd1', { v: 9 }],
    ]
    expect(judged(`${TO_D9}, outside: [-3, 3]`, steps).marks).toBe('--22-')
  })

  it('is to the median of the devices around, of which three must be known and those elsewhere do not count', () => {
    const steps: Step[] = [
      [0, 'd1', { v: 20 }],
      [1, 'd2', { v: 5 }],
      [2, 'd9', { v: 5 }],
      [3, 'd3', { v: 6 }],
      [4, 'd1', { v: 20 }],
      [5, 'd4', { v: 60 }],
      [6, 'd1', { v: 20 }],
    ]
    const { marks, signals } = judged(`${AROUND}, outside: [-8, 8]`, steps)

    // With d1 known, the median around d4 is 6: it is the one that is 54 above.
    expect(marks).toBe('-----22')
    expect(signals.map(({ subject, reason }) => [subject.device, reason.value, reason.params?.reference])).toEqual([
      ['d4', 54, 6],
      ['d1', 14, 6],
    ])
  })

  it('is between the two in the middle when an even number is around', () => {
    const steps: Step[] = [
      [0, 'd2', { v: 5 }],
      [1, 'd3', { v: 8 }],
      [2, 'd1', { v: 6.5 }],
    ]
    const rule = AROUND.replace('median', 'median, atLeast: 2')
    expect(judged(`${rule}, inside: [0, 0.1]`, steps).signals.map(({ reason }) => reason)).toEqual([
      {
        code: 'inside',
        metric: 'v',
        value: 0,
        limit: 0,
        params: { low: 0, high: 0.1, toAround: 'median', reference: 6.5 },
      },
    ])
  })

  it('is in percent of the reference when it is relative', () => {
    const steps: Step[] = [
      [0, 'd1', { w: -200, v: -150 }],
      [1, 'd1', { w: -200, v: -120 }],
    ]
    const { signals } = judged(
      `${TO_W}, relative: true, severities: { warning: 10, major: 30 }`.replace(', severity: major', ''),
      steps,
    )
    expect(signals.map(({ severity, reason }) => [severity, reason.value, reason.unit])).toEqual([
      ['warning', 25, '%'],
      ['major', 40, '%'],
    ])
  })

  it('is not known of a reference that is too old, or of percents of nothing, and then nothing changes', () => {
    const old: Step[] = [
      [0, 'd1', { w: 1, v: 9 }],
      [61, 'd1', { v: 1 }],
      [62, 'd1', { w: 1, v: 1 }],
    ]
    expect(judged(`${TO_W}, above: 3`, old).marks).toBe('22-')
    expect(judged(`${TO_W}, relative: true, above: 3`, [[0, 'd1', { w: 0, v: 9 }]]).marks).toBe('-')
  })

  it('is taken as people write it, without the dust of binary numbers', () => {
    expect(judged(`${TO_W}, above: 0.2`, [[0, 'd1', { w: 0.1, v: 0.3 }]]).marks).toBe('-')
  })
})

it.each([
  ['to: {}, maxAge: 1m', 'to needs a metric, a device or around: median'],
  ['to: { around: median, device: d9 }, maxAge: 1m', 'device cannot stand beside around'],
  ['to: { metric: w, atLeast: 3 }, maxAge: 1m', 'atLeast goes with around: it is how many devices must be known'],
  ['to: { metric: v }, maxAge: 1m', 'the reference is the metric itself'],
  ['to: { metric: "w*" }, maxAge: 1m', 'metric must be one name, without wildcards, not "w*"'],
])('%s is refused', (to, message) => {
  expect(objectionsTo(`kind: difference, where: { metric: v }, ${to}, above: 1, severity: major`)).toEqual([message])
})
