import { expect, it } from 'vitest'
import type { Detection } from '../../../core/detection.ts'
import type { Observation } from '../../../core/observation.ts'
import { CELL_M, groundCell } from '../../../detectors/rules/engine/ground-cell.ts'
import { aDevice, at, engineOf, ruleOf } from './play.ts'

const RULES = ruleOf('kind: detection, labels: { debris: minor, plume: major }, minScore: 0.5, clearAfter: 10s')
const SPOT = { lat: 31.3, lon: 120.6 }
const DRONES = [aDevice({ id: 'drone1', type: 'drone' }), aDevice({ id: 'drone2', type: 'drone' })]

function debris(part: Partial<Detection> = {}): Detection {
  return { label: 'debris', score: 0.8, box: [0, 0, 9, 9], position: SPOT, ...part }
}

function anAnalysis(seq: number, second: number, detections: Detection[], part: object = {}): Observation {
  return {
    kind: 'analysis',
    seq,
    arrivalMs: at(second),
    deviceId: 'drone1',
    frameId: `f${seq}`,
    atMs: at(second) - 500,
    state: 'analysed',
    model: 'm',
    detections,
    annotatedSha256: 'ab'.repeat(32),
    ...part,
  }
}

it('tells what was seen, where, and with which picture', () => {
  const engine = engineOf(RULES, DRONES)

  const signals = engine.observe(anAnalysis(1, 0, [debris()]))

  expect(signals).toEqual([
    {
      rule: 'r',
      ruleVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
      ruleTitle: { zh: '规则', en: 'Rule' },
      category: 'other',
      subject: { label: 'debris', cell: groundCell(SPOT) },
      seenBy: 'drone1',
      state: 'active',
      severity: 'minor',
      order: { seq: 1, clockMs: at(0) },
      atMs: at(0) - 500,
      reason: { code: 'seen', value: 0.8, limit: 0.5, params: { label: 'debris', count: 1 } },
      position: SPOT,
      frameId: 'f1',
      evidence: ['ab'.repeat(32)],
    },
  ])
})

it('passes by other labels and weak scores, and takes a score at the limit', () => {
  const engine = engineOf(RULES, DRONES)

  const weak = engine.observe(anAnalysis(1, 0, [debris({ score: 0.49 }), debris({ label: 'boat' })]))
  const enough = engine.observe(anAnalysis(2, 1, [debris({ score: 0.5 })]))

  expect([weak.length, enough.length]).toEqual([0, 1])
})

it('counts several of a label in one cell once, with the best score', () => {
  const engine = engineOf(RULES, DRONES)

  const signals = engine.observe(
    anAnalysis(1, 0, [debris({ score: 0.6 }), debris({ score: 0.9 }), debris({ label: 'plume' })]),
  )

  expect(signals.map(({ severity, reason }) => [severity, reason.value, reason.params?.count])).toEqual([
    ['minor', 0.9, 2],
    ['major', 0.8, 1],
  ])
})

it('knows the same spot again, whichever camera sees it', () => {
  const engine = engineOf(RULES, DRONES)

  const [first] = engine.observe(anAnalysis(1, 0, [debris()]))
  const [again] = engine.observe(anAnalysis(2, 5, [debris()], { deviceId: 'drone2' }))

  expect(again?.subject).toEqual(first?.subject)
})

it('takes label and camera for the subject when the position is unknown', () => {
  const engine = engineOf(RULES, DRONES)
  const { position: _, ...nowhere } = debris()

  const [signal] = engine.observe(anAnalysis(1, 0, [nowhere]))

  expect(signal?.subject).toEqual({ device: 'drone1', label: 'debris' })
})

it('clears once nobody has seen it for the time given, and begins anew after that', () => {
  const engine = engineOf(RULES, DRONES)
  engine.observe(anAnalysis(1, 0, [debris()]))
  engine.observe(anAnalysis(2, 8, [debris()]))
  expect(engine.advance(at(17))).toEqual([])

  const cleared = engine.advance(at(30))
  const again = engine.observe(anAnalysis(3, 40, [debris()]))

  expect(cleared).toMatchObject([
    { state: 'cleared', atMs: at(18), order: { seq: 2, clockMs: at(18) }, reason: { code: 'gone', durationS: 10 } },
  ])
  expect(again).toMatchObject([{ state: 'active' }])
})

it('judges neither a refused frame nor the same frame twice', () => {
  const engine = engineOf(RULES, DRONES)

  const refused = engine.observe(anAnalysis(1, 0, [debris()], { state: 'refused' }))
  engine.observe(anAnalysis(2, 1, [debris()], { frameId: 'same', atMs: at(0) }))
  const repeated = engine.observe(anAnalysis(3, 2, [debris()], { frameId: 'same', atMs: at(0) }))

  expect([refused, repeated]).toEqual([[], []])
})

it('divides the ground into cells of 25 m, everywhere', () => {
  for (const { lat, lon } of [SPOT, { lat: -33.9, lon: 18.4 }, { lat: 60.1, lon: -0.001 }]) {
    const mPerDegLon = 111_133 * Math.cos((lat * Math.PI) / 180)
    const north = { lat: lat + CELL_M / 111_133, lon }
    const east = { lat, lon: lon + CELL_M / mPerDegLon }
    const columns = (position: { lat: number; lon: number }) => groundCell(position).split(',').map(Number)
    expect(columns(north)[0]! - columns({ lat, lon })[0]!).toBe(1)
    expect(columns(east)[1]! - columns({ lat, lon })[1]!).toBe(1)
  }
})

/** Frames one second apart, each with (`x`) or without (`.`) debris; marks the frames at which something fires. */
function look(lines: string, frames: string, part: Partial<Detection> = {}): string {
  const rule = `kind: detection, labels: { debris: minor }, ${lines}, clearAfter: 30s`
  const engine = engineOf(ruleOf(rule), DRONES)
  return [...frames]
    .map((frame, index) => engine.observe(anAnalysis(index + 1, index, frame === 'x' ? [debris(part)] : [])))
    .map((signals) => (signals.length > 0 ? 'x' : '.'))
    .join('')
}

it.each([
  ['n of m frames', 'minScore: 0.5, repeat: { count: 2, of: 3 }', 'x..x.x.xx', '.....x.xx'],
  ['so often within a time', 'minScore: 0.5, repeat: { count: 3, within: 10s }', 'x.......x..xx', '............x'],
  ['so long after the first look', 'minScore: 0.5, onDelay: 4s', 'x.x...xx', '......xx'],
])('counts what was seen in %s, and then every sighting', (_, lines, frames, fires) => {
  expect(look(lines, frames)).toBe(fires)
})

it('says nothing of what was not seen often enough, neither that it is there nor that it is gone', () => {
  const engine = engineOf(
    ruleOf('kind: detection, labels: { debris: minor }, minScore: 0.5, onDelay: 4s, clearAfter: 10s'),
    DRONES,
  )
  engine.observe(anAnalysis(1, 0, [debris()]))

  expect(engine.firing()).toEqual([])
  expect(engine.advance(at(60))).toEqual([])
})

it('takes a score for each label, a least size, and a condition', () => {
  const scores = 'minScore: { debris: 0.9 }'
  expect(look(scores, 'x', { score: 0.89 })).toBe('.')
  expect(look(scores, 'x', { score: 0.9 })).toBe('x')
  expect(look('minScore: 0.5, minBox: 10', 'x', { box: [0, 0, 99, 9] })).toBe('.')
  expect(look('minScore: 0.5, minBox: 9', 'x', { box: [0, 0, 99, 9] })).toBe('x')
  expect(look('minScore: 0.5, condition: observation.model == "n"', 'x')).toBe('.')
  expect(look('minScore: 0.5, condition: observation.model == "m" && device.type == "drone"', 'x')).toBe('x')
})
