import { describe, expect, it, test } from 'vitest'
import type { Attributes } from '../../../core/device.ts'
import type { Observation } from '../../../core/observation.ts'
import { conditionObjections, toCondition, type Witness } from '../../../detectors/rules/parts/condition.ts'
import { aDevice, at, engineOf, ruleOf } from './play.ts'

const CAMERA: Witness = { id: 'd1', device: aDevice({ place: '文津河' }), attributes: { waterClass: 'II' } }
const NOON = Date.parse('2026-11-22T12:00+08:00')
const NIGHT = Date.parse('2026-11-22T23:30+08:00')

describe('a condition', () => {
  const boat = { label: 'boat', score: 0.9, model: 'm' }

  test.each([
    ['over what was seen', 'observation.label == "boat" && observation.score > 0.8', NOON, true],
    ['over the hour', 'hour >= 22 || hour < 6', NOON, false],
    ['over the hour, at night', 'hour >= 22 || hour < 6', NIGHT, true],
    ['over the camera and its place', 'device.attributes.waterClass == "II" && device.place == "文津河"', NOON, true],
    ['over what is not known', 'observation.position.lat > 31', NOON, false],
    ['over a position that is not there, asked with care', 'has(observation.position) || hour == 12', NOON, true],
  ])('%s', (_, text, atMs, holds) => {
    expect(conditionObjections(text, 'detection')).toEqual([])
    expect(toCondition(text, 'detection')(boat, atMs, CAMERA)).toBe(holds)
  })

  it('that is not given lets everything pass', () => {
    expect(toCondition(undefined, 'record')({}, NOON, { id: 'x', device: undefined, attributes: {} })).toBe(true)
  })

  it('is checked when it is read', () => {
    expect(conditionObjections('observation.lable == "boat"', 'detection')).toEqual([
      { path: ['condition'], message: 'No such key: lable (character 13)' },
    ])
  })
})

describe('a rule with a condition', () => {
  const seen = (seq: number, label: string, score: number): Observation => ({
    kind: 'analysis',
    seq,
    arrivalMs: at(seq),
    deviceId: 'd1',
    frameId: `f${seq}`,
    atMs: at(seq),
    state: 'analysed',
    model: 'm',
    detections: [{ label, score, box: [0, 0, 9, 9] }],
  })
  const filed = (seq: number, recordType: string, body: Record<string, unknown>): Observation => ({
    kind: 'record',
    seq,
    arrivalMs: at(seq),
    deviceId: 'd1',
    recordId: `r${seq}`,
    recordType,
    atMs: at(seq),
    address: '东园路45号',
    body,
  })
  const camera = (attributes: Attributes) => [aDevice({ attributes })]

  it('judges only what a camera of such a place sees', () => {
    const rule = ruleOf(
      'kind: detection, labels: { boat: minor }, minScore: 0.5, clearAfter: 1h, condition: device.attributes.closed && observation.score > 0.7',
    )
    const signals = (attributes: Attributes, score: number) =>
      engineOf(rule, camera(attributes)).observe(seen(1, 'boat', score))
    expect(signals({ closed: true }, 0.8)).toHaveLength(1)
    expect(signals({ closed: true }, 0.6)).toEqual([])
    expect(signals({ closed: false }, 0.8)).toEqual([])
    expect(signals({}, 0.8)).toEqual([])
  })

  it('asks it of what begins, not of what ends', () => {
    const engine = engineOf(
      ruleOf(
        "kind: record, types: works.filed, endedBy: works.done, holdFor: 7d, severity: minor, condition: 'observation.body.depth_m > 2'",
      ),
    )
    expect(engine.observe(filed(1, 'works.filed', { depth_m: 1 }))).toEqual([])
    expect(engine.observe(filed(2, 'works.filed', {}))).toEqual([])
    expect(engine.observe(filed(3, 'works.filed', { depth_m: 3 }))).toMatchObject([{ state: 'active' }])
    expect(engine.observe(filed(4, 'works.done', {}))).toMatchObject([{ state: 'cleared' }])
  })
})
