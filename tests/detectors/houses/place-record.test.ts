import { describe, expect, it } from 'vitest'
import type { HouseWord } from '../../../core/house-events.ts'
import type { Observation } from '../../../core/observation.ts'
import { createHouseBook } from '../../../detectors/houses/house-book.ts'
import { placeRecord } from '../../../detectors/houses/place-record.ts'
import { createRuleEngine } from '../../../detectors/rules/engine/rule-engine.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'

const RULE = `rules:
  - { id: noisy, title: { zh: 噪, en: noisy }, category: works, kind: record, types: report.noise, count: 2, within: 1d,
      holdFor: 7d, severity: minor }`

function open() {
  const parsed = parseRules([{ path: 'a.yaml', text: RULE }])
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  const houses = createHouseBook()
  const engine = createRuleEngine({ rules: parsed.rules, device: () => undefined, devices: () => [] })
  let seq = 0
  return {
    say(word: HouseWord) {
      houses.applyEntry(word)
      houses.settle()
    },
    report(recordId: string, address: string) {
      seq++
      const atMs = seq * 1_000
      const record = { kind: 'record', deviceId: 's', recordId, recordType: 'report.noise', atMs, address } as const
      const observation: Observation = { ...record, body: {}, seq, arrivalMs: atMs }
      houses.observe(observation)
      return engine.observe(placeRecord(observation, houses)).map(({ subject, state }) => `${subject.place} ${state}`)
    },
  }
}
const house: HouseWord = {
  ...{ type: 'building.changed', atMs: 0, by: 'li', afterSeq: 0 },
  building: { id: 'h1', address: '平桥街12号', protection: 'traditional' },
}

describe('rules of records', () => {
  it('take two spellings of one house for one place', () => {
    const { say, report } = open()
    say(house)
    expect(report('r1', '平桥街十二号')).toEqual([])
    expect(report('r2', '平橋街１２號')).toEqual(['平桥街12号 active'])
  })

  it('take an address that is no house’s as it is written', () => {
    const { say, report } = open()
    say(house)
    report('r1', '东园路9号')
    expect(report('r2', '东园路九号')).toEqual([])
    expect(report('r3', '东园路9号')).toEqual(['东园路9号 active'])
  })

  it('do not judge a record once more when it is matched later, but the next of its spelling at the house', () => {
    const { say, report } = open()
    say(house)
    report('r1', '老茶馆')
    say({ type: 'record.matched', atMs: 1, by: 'li', source: 's', recordId: 'r1', building: 'h1', afterSeq: 1 })
    expect(report('r1', '老茶馆')).toEqual([])
    expect(report('r2', '老茶馆')).toEqual([])
    expect(report('r3', '平桥街12号')).toEqual(['平桥街12号 active'])
  })
})
