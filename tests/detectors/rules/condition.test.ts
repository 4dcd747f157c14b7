import { describe, expect, it, test } from 'vitest'
import { conditionObjections, toCondition, type Witness } from '../../../detectors/rules/condition.ts'
import { aDevice } from './play.ts'

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
