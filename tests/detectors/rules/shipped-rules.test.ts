import { describe, expect, it } from 'vitest'
import { DEVICE_TYPES, METRICS } from '../../../core/metrics.ts'
import { subjectKey } from '../../../core/signal.ts'
import { loadRules } from '../../../detectors/rules/files/load-rules.ts'
import { SHIPPED_RULES } from '../../../detectors/rules/files/shipped-rules.ts'
import type { RuleSet } from '../../../detectors/rules/rule.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, aReading, at, createBoard, engineOf } from './play.ts'

const loaded = await loadRules([SHIPPED_RULES])
const rules: RuleSet = 'faults' in loaded ? { version: '', rules: [] } : loaded.rules

it('are without fault', () => {
  expect('faults' in loaded ? formatFaults(loaded.faults) : '').toBe('')
})

it('name only metrics and units that are known, and each judges some type of device', () => {
  for (const { id, judge, where } of rules.rules) {
    if (judge.input !== 'samples') continue
    const types = Object.entries(DEVICE_TYPES).filter(([type]) => where('d1', aDevice({ type, place: '1号配电间' })))
    const names = judge.metricNames ?? []
    for (const metric of names) {
      const unit = METRICS[metric]?.unit
      const isOfSomeType = types.some(
        ([, { metrics, further = [] }]) => [...metrics, ...further].includes(metric) || metric.startsWith('$'),
      )
      expect(unit, `${id}: ${metric}`).toBeDefined()
      expect(isOfSomeType, `${id}: ${metric}`).toBe(true)
      const said = judge.reasonOf(1, 1, []).unit ?? ''
      const isOfMany = said === '' && names.length > 1
      expect(isOfMany || said === unit || said.startsWith(`${unit}/`), `${id}: ${said} for ${unit}`).toBe(true)
    }
  }
})

it('are about life safety where smoke, gas or water at an electrical room is the matter', () => {
  expect(rules.rules.filter(({ lifeSafety }) => lifeSafety).map(({ id }) => id)).toEqual([
    'gas-leak',
    'co-high',
    'co-mean-high',
    'smoke-high',
    'open-flame',
    'heat-high',
    'water-at-electrical-room',
    'fire-confirmed',
  ])
})

it('await readings of every type of device but drones', () => {
  const awaited = Object.keys(DEVICE_TYPES).filter((type) =>
    rules.rules.some(({ judge, where }) => judge.input === 'silence' && where('d1', aDevice({ type }))),
  )
  expect(awaited).toEqual(Object.keys(DEVICE_TYPES).filter((type) => type !== 'drone'))
})

describe('what happens in the sub-district', () => {
  it.each([
    {
      what: 'smoke',
      type: 'smoke-detector',
      metric: 'smoke_dbm',
      usual: 0.01,
      values: [0.12],
      fires: ['smoke-high 1'],
    },
    {
      what: 'heat',
      type: 'thermometer',
      metric: 'temp_c',
      usual: 25,
      values: [66],
      fires: ['heat-high 1', 'room-too-hot 4'],
    },
    { what: 'a wet floor', type: 'water-leak', metric: 'leak', usual: 0, values: [1], fires: ['water-leak 2'] },
    {
      what: 'a wet floor in an electrical room',
      type: 'water-leak',
      place: '东园路45号配电间',
      metric: 'leak',
      usual: 0,
      values: [1],
      fires: ['water-at-electrical-room 1', 'water-leak 2'],
    },
    {
      what: 'a pit filling up',
      type: 'water-level',
      metric: 'level_m',
      usual: 0.1,
      values: [0.65],
      fires: ['pit-level-high 2'],
    },
    { what: 'gas', type: 'gas-detector', metric: 'ch4_lel', usual: 0, values: [12], fires: ['gas-leak 2'] },
    {
      what: 'carbon monoxide',
      type: 'gas-detector',
      metric: 'co_ppm',
      usual: 2,
      values: [120],
      fires: ['co-high 2', 'co-mean-high 3'],
    },
    {
      what: 'a leaning wall',
      type: 'tilt-sensor',
      metric: 'tilt_mm_m',
      usual: 0.2,
      values: [4.5],
      fires: ['tilt-high 2'],
    },
    {
      what: 'a hammer drill',
      type: 'vibration-sensor',
      metric: 'ppv_mm_s',
      usual: 0.1,
      values: [3.5],
      fires: ['vibration-high 2'],
    },
    { what: 'a flame', type: 'flame-detector', metric: 'flame', usual: 0, values: [1], fires: ['open-flame 1'] },
    { what: 'damp air', type: 'hygrometer', metric: 'rh_pct', usual: 60, values: [92], fires: ['humidity-high 3'] },
    {
      what: 'wet timber',
      type: 'hygrometer',
      metric: 'moisture_pct',
      usual: 14,
      values: [22],
      fires: ['timber-wet 4'],
    },
    {
      what: 'a river without oxygen',
      type: 'river-station',
      metric: 'do_mg_l',
      usual: 7,
      values: [1.5],
      fires: ['river-oxygen-low 2'],
    },
    {
      what: 'a discharge',
      type: 'river-station',
      metric: 'nh3n_mg_l',
      usual: 0.5,
      values: [9],
      fires: ['river-ammonia-high 2', 'river-discharge-suspected 1'],
    },
    {
      what: 'organic load',
      type: 'river-station',
      metric: 'codmn_mg_l',
      usual: 4,
      values: [11],
      fires: ['river-permanganate-high 3'],
    },
    {
      what: 'acid water',
      type: 'river-station',
      metric: 'ph',
      usual: 7.5,
      values: [4.5],
      fires: ['river-ph-out-of-range 2'],
    },
    {
      what: 'muddy water',
      type: 'river-station',
      metric: 'turbidity_ntu',
      usual: 20,
      values: [80],
      fires: ['river-turbid 4'],
    },
    {
      what: 'a tired battery',
      type: 'tilt-sensor',
      metric: 'battery_pct',
      usual: 90,
      values: [15],
      fires: ['battery-low 4'],
    },
  ])('$what is told, and over when it is over', ({ type, place = '东园路45号', metric, usual, values, fires }) => {
    const engine = engineOf(rules, [aDevice({ type, place, reportEveryS: 30 })])
    const seen = new Set<string>()
    const board = createBoard()
    const track = [usual, ...Array(180).fill(values[0]), ...Array(1600).fill(usual)] as number[]
    for (const [index, value] of track.entries()) {
      const signals = engine.observe(aReading(index + 1, index * 30, { [metric]: value }))
      board.take(signals)
      for (const { rule, state, severity } of signals)
        if (state === 'active') seen.add(`${rule} ${['critical', 'major', 'minor', 'warning'].indexOf(severity) + 1}`)
    }
    expect([...seen].filter((said) => !isOfRate(said)).sort()).toEqual(fires)
    expect(board.mark()).toBe('-')
  })

  it('silence is told after three missed readings', () => {
    const engine = engineOf(rules, [aDevice({ type: 'smoke-detector', reportEveryS: 60 })])
    engine.observe(aReading(1, 0, { smoke_dbm: 0.01 }))

    const signals = engine.advance(at(600))

    expect(signals.map(({ rule, subject, atMs }) => [rule, subjectKey(subject), atMs])).toEqual([
      ['life-safety-silent', 'd1||||', at(180)],
    ])
  })
})

function isOfRate(said: string): boolean {
  const [id] = said.split(' ')
  return rules.rules.some((rule) => rule.id === id && rule.kind === 'rate')
}
