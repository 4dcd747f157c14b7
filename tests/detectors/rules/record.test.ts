import { describe, expect, it } from 'vitest'
import type { Observation, RecordEntry } from '../../../core/observation.ts'
import type { Signal } from '../../../core/signal.ts'
import { subjectKey } from '../../../core/signal.ts'
import { groundCell } from '../../../detectors/rules/engine/ground-cell.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, at, engineOf, ruleOf } from './play.ts'

const REGISTER = aDevice({ id: 'office', type: 'register', attributes: { district: 'east' } })

/** A record as the journal would hold it; `arrival` is when it came (the same unless said). */
function aRecord(
  seq: number,
  second: number,
  recordType: string,
  part: Partial<RecordEntry> & { arrival?: number } = {},
): Observation {
  const { arrival = second, ...rest } = part
  return {
    kind: 'record',
    seq,
    arrivalMs: at(arrival),
    deviceId: 'office',
    recordId: `r${seq}`,
    recordType,
    atMs: at(second),
    address: '东园路45号',
    body: {},
    ...rest,
  }
}

const told = (signals: Signal[]) =>
  signals.map(({ state, atMs, reason }) => [state === 'active' ? '+' : '-', (atMs - at(0)) / 1000, reason.code])

function run(lines: string, ...observations: Observation[]): Signal[] {
  const engine = engineOf(ruleOf(`kind: record, ${lines}, severity: minor`), [REGISTER])
  return [...observations.flatMap((one) => engine.observe(one)), ...engine.advance(at(1000))]
}

const LEASE = 'types: [lease.signed, works.*], endedBy: lease.ended, holdFor: 100s'

describe('a record', () => {
  it('holds at its address from its own time until time or another record ends it', () => {
    const signals = run(LEASE, aRecord(1, 0, 'lease.signed'), aRecord(2, 40, 'lease.ended'), aRecord(3, 60, 'works.x'))

    expect(told(signals)).toEqual([
      ['+', 0, 'recorded'],
      ['-', 40, 'ended'],
      ['+', 60, 'recorded'],
      ['-', 160, 'lapsed'],
    ])
    expect(signals[0]).toMatchObject({
      rule: 'r',
      subject: { place: '东园路45号' },
      seenBy: 'office',
      reason: { params: { type: 'lease.signed', recordId: 'r1', address: '东园路45号' } },
    })
  })

  it.each([
    ['an address', {}, '||东园路45号||'],
    ['a position', { address: undefined, position: { lat: 31, lon: 120 } }, `||||${groundCell({ lat: 31, lon: 120 })}`],
    ['nothing but its source', { address: undefined }, 'office||||'],
  ])('is about %s', (_, part, subject) => {
    const { address, ...rest } = aRecord(1, 0, 'lease.signed', part as object) as RecordEntry & Observation
    const [signal] = run(LEASE, (address === undefined ? rest : { ...rest, address }) as Observation)

    expect(subjectKey(signal!.subject)).toBe(subject)
  })

  it.each([
    [
      'is judged by its own time when it comes late',
      [aRecord(1, -60, 'lease.signed', { arrival: 0 })],
      ['+-60', '-40'],
    ],
    ['is history when it would be over already', [aRecord(1, -200, 'lease.signed', { arrival: 0 })], []],
    ['does not begin in the future', [aRecord(1, 60, 'lease.signed', { arrival: 0 })], ['+0', '-100']],
    [
      'is prolonged by another, not by the same again',
      [
        aRecord(1, 0, 'lease.signed'),
        aRecord(2, 50, 'lease.signed'),
        aRecord(3, 90, 'lease.signed', { recordId: 'r2' }),
      ],
      ['+0', '+50', '-150'],
    ],
    [
      'was ended before it came, when its end came first',
      [aRecord(1, 30, 'lease.ended'), aRecord(2, 10, 'lease.signed', { arrival: 40 })],
      [],
    ],
    [
      'is not ended by an end that is older than it',
      [aRecord(1, 30, 'lease.signed'), aRecord(2, 10, 'lease.ended', { arrival: 40 })],
      ['+30', '-130'],
    ],
    [
      'is ended at its own address only',
      [aRecord(1, 0, 'lease.signed'), aRecord(2, 10, 'lease.ended', { address: '东园路46号' })],
      ['+0', '-100'],
    ],
  ])('%s', (_, observations, expected) => {
    expect(told(run(LEASE, ...observations)).map(([mark, second]) => `${mark}${second}`)).toEqual(expected)
  })

  it('may have to meet a condition over what is in it and who vouches for it', () => {
    const condition = '"observation.body.area > 50 && device.attributes.district == \\"east\\""'
    const works = (seq: number, area: number) => aRecord(seq, seq, 'works.begun', { body: { area } })

    const signals = run(
      `types: works.*, condition: ${condition}, holdFor: 1h`,
      works(1, 20),
      works(2, 51),
      works(3, 50),
    )

    expect(told(signals)).toEqual([['+', 2, 'recorded']])
  })

  it('counts only what its address and its source are meant for', () => {
    const lines = 'where: { device: other }, address: 东园路*, types: a, holdFor: 1h'
    expect(run(lines, aRecord(1, 0, 'a'))).toEqual([])
    expect(run(lines, aRecord(1, 0, 'a', { deviceId: 'other', address: '西园路1号' }))).toEqual([])
    expect(run(lines, aRecord(1, 0, 'a', { deviceId: 'other' }))).toHaveLength(1)
  })
})

describe('reports that count', () => {
  const COUNT = 'types: report.*, count: 3, within: 60s, distinct: body.by, holdFor: 100s'
  const by = (seq: number, second: number, reporter?: string) =>
    aRecord(seq, second, 'report.noise', { body: reporter === undefined ? {} : { by: reporter } })

  it('are those of different reporters within the time', () => {
    const signals = run(COUNT, by(1, 0, '甲'), by(2, 10, '乙'), by(3, 20, '甲'), by(4, 65, '丙'), by(5, 75, '丁'))

    expect(told(signals)).toEqual([
      ['+', 65, 'recorded'],
      ['+', 75, 'recorded'],
      ['-', 175, 'lapsed'],
    ])
    expect(signals[0]!.reason).toMatchObject({ value: 3, limit: 3 })
  })

  it('count as one when nobody says who reported', () => {
    expect(run(COUNT, by(1, 0), by(2, 10), by(3, 20), by(4, 30, '甲'))).toEqual([])
  })
})

it('is told what is wrong with it', () => {
  const head = 'title: { zh: 一, en: A }, category: works, kind: record, types: a, severity: minor'
  const text = `rules:
  - { id: a, ${head}, holdFor: 0s }
  - { id: b, ${head}, holdFor: 1d, count: 3 }
  - { id: c, ${head}, holdFor: 1d, distinct: source }
  - { id: d, ${head}, holdFor: 1d, condition: observation.bodi.area > 1 }
`
  const result = parseRules([{ path: 'x.yaml', text }])
  expect('faults' in result ? formatFaults(result.faults).replaceAll(/x\.yaml:(\d+):\d+/g, '$1') : '').toBe(
    [
      '2 holdFor must be longer than nothing',
      '3 count needs a within longer than nothing',
      '4 distinct needs a count',
      '5 No such key: bodi (character 13)',
    ].join('\n'),
  )
})
