import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { DeviceHealthView, DeviceView, RuleView } from '../../dashboards/contract.ts'
import { readHash, VIEWS, writeHash } from '../../dashboards/web/operations/address.ts'
import { toDraft, toPatch, toSpec } from '../../dashboards/web/operations/devices/device-patch.ts'
import {
  chooseRows,
  countFilters,
  DEVICE_COLUMNS,
  type DeviceSort,
  toDeviceRows,
} from '../../dashboards/web/operations/devices/device-rows.ts'
import { toDiffLines } from '../../dashboards/web/operations/rules/diff-lines.ts'
import { chooseRules, toRuleRows } from '../../dashboards/web/operations/rules/rule-rows.ts'
import { toSpecTexts } from '../../dashboards/web/operations/rules/spec-text.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const ago = (s: number) => new Date(NOW - s * 1000).toISOString()

const aDevice = (id: string, more: Partial<DeviceView> = {}): DeviceView => ({
  ...{ id, type: 'smoke-detector', registeredAt: ago(86_400), online: true, presence: 'online', lastSeenAt: ago(5) },
  ...more,
})
const aHealth = (device: string, more: Partial<DeviceHealthView> = {}): DeviceHealthView => ({
  ...{ device, messagesPerMin: 1, clockS: 0, batteryPct: 80, rssiDbm: null, firmware: null, refused: 0 },
  ...more,
})
const BY_ID: DeviceSort = { by: 'id', descending: false }

describe('where one is on the page', () => {
  it('comes back from the address as it was written there, whatever the id', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VIEWS), fc.option(fc.string({ minLength: 1 })), (view, id) => {
        expect(readHash(writeHash({ view, id }))).toEqual({ view, id })
      }),
    )
  })

  test.each(['', '#', '#nonsense', '#%', '#devices'])('is the table of devices for %j', (hash) => {
    expect(readHash(hash)).toEqual({ view: 'devices', id: null })
  })
})

describe('the rows of devices', () => {
  const devices = [
    aDevice('fine'),
    aDevice('late', { lastSeenAt: ago(151), reportEveryS: 60 }),
    aDevice('patient', { lastSeenAt: ago(149), reportEveryS: 60 }),
    aDevice('gone', { presence: 'silent', online: false }),
    aDevice('behind', { presence: 'unknown' }),
    { id: 'new', type: 'robot', registeredAt: ago(1) },
  ]
  const health = [
    aHealth('fine', { batteryPct: 12, firmware: '1.4.2' }),
    aHealth('late', { clockS: -7_200, refused: 3 }),
    aHealth('gone', { batteryPct: null }),
  ]
  const outOfService = [{ device: 'gone', until: ago(-60), reason: 'repair', by: 'wang', at: ago(60) }]
  const rows = toDeviceRows({ devices, health, outOfService }, NOW)
  const ids = (text: string, sort = BY_ID) => chooseRows(rows, { text, filter: null, sort }).map(({ id }) => id)

  it('tell a device that is late from one that is gone, and from one that only its gateway is', () => {
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      ['fine', 'online'],
      ['late', 'late'],
      ['patient', 'online'],
      ['gone', 'silent'],
      ['behind', 'unknown'],
      ['new', 'never'],
    ])
  })

  it('are counted by what somebody should look at', () => {
    expect(countFilters(rows)).toEqual({ offline: 3, late: 1, battery: 1, clock: 1, refused: 1, out: 1 })
  })

  it('are found by any of their words, also by the name of their type in both languages', () => {
    expect(ids('1.4.2')).toEqual(['fine'])
    expect(ids('烟感 late')).toEqual(['late'])
    expect(ids('SMOKE det')).toEqual(['behind', 'fine', 'gone', 'late', 'patient'])
  })

  it('stand worst first by state', () => {
    expect(ids('', { by: 'state', descending: false })).toEqual(['gone', 'late', 'behind', 'new', 'fine', 'patient'])
  })

  test.each(DEVICE_COLUMNS)('keep what is not known at the end, whichever way they are sorted: %s', (by) => {
    for (const descending of [false, true]) {
      const sorted = chooseRows(rows, { text: '', filter: null, sort: { by, descending } })
      expect(sorted.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort())
      if (by === 'battery')
        expect(sorted.map(({ batteryPct }) => batteryPct).slice(2)).toEqual([null, null, null, null])
    }
  })
})

describe('a device in its form', () => {
  const device = aDevice('a', {
    ...{ name: '一层烟感', place: '东园路45号', position: { lat: 31.3, lon: 120.6 }, reportEveryS: 60 },
    attributes: { storeys: 3, listed: true, line: '007' },
  })

  it('gives nothing to change while nothing was changed', () => {
    expect(toPatch(device, toDraft(device))).toEqual({})
  })

  it('gives what differs, and null for what was emptied', () => {
    const draft = toDraft(device)
    const attributes = [
      { name: 'storeys', value: '4' },
      { name: 'line', value: '007' },
      { name: 'owner', value: 'true story' },
    ]
    expect(toPatch(device, { ...draft, name: ' ', reportEveryS: '30', lat: '', attributes })).toEqual({
      ...{ name: null, reportEveryS: 30, position: null },
      attributes: { storeys: 4, listed: null, owner: 'true story' },
    })
  })

  it('leaves out what is empty when it is new', () => {
    expect(toSpec({ ...toDraft({}), type: 'thermometer' })).toEqual({ type: 'thermometer' })
  })
})

describe('the rows of rules', () => {
  const aRule = (id: string, more: Partial<RuleView> = {}): RuleView => ({
    ...{ id, title: { zh: id, en: id }, category: 'fire', kind: 'threshold', lifeSafety: false, raises: true },
    ...{ state: 'active', source: 'shipped', overrides: false, version: 1 },
    ...more,
  })
  const rules = [
    aRule('heard'),
    aRule('deaf'),
    aRule('lonely'),
    aRule('off', { state: 'off' }),
    aRule('broken', { state: 'faulty', source: 'own' }),
    aRule('flown', { kind: 'finding' }),
  ]
  const hearings = [
    { rule: 'heard', devices: 3, heardAt: ago(60), firing: 1 },
    { rule: 'deaf', devices: 2, heardAt: ago(7_200), firing: 0 },
  ]
  const mean = { count: 0, meanS: null }
  const counted = { ruleTitle: { zh: '', en: '' }, acknowledged: mean, cleared: mean }
  const statistics = { rules: [{ rule: 'flown', raised: 4, falseAlarms: 1, ...counted }] } as never
  const rows = toRuleRows({ rules, hearings, statistics }, NOW)

  it('tell what works from what hears nothing, is switched off or is wrong', () => {
    expect(rows.map(({ id, health, hits, devices }) => [id, health, hits, devices])).toEqual([
      ['heard', 'ok', 0, 3],
      ['deaf', 'noData', 0, 2],
      ['lonely', 'idle', 0, 0],
      ['off', 'off', 0, 0],
      ['broken', 'faulty', 0, 0],
      ['flown', 'ok', 4, null],
    ])
  })

  it('stand with those that are wrong first, then by hits', () => {
    expect(chooseRules(rows, '', null).map(({ id }) => id)).toEqual([
      'broken',
      'flown',
      'deaf',
      'heard',
      'lonely',
      'off',
    ])
    expect(chooseRules(rows, '', 'own').map(({ id }) => id)).toEqual(['broken'])
  })
})

it('a difference of texts, read without what was added, is the one, and without what was removed the other', () => {
  const lines = fc.array(fc.constantFrom('a: 1', 'b: 2', 'c: 3', ''), { minLength: 1 }).map((all) => all.join('\n'))
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const found = toDiffLines(before, after)
      const without = (sort: string) =>
        found
          .filter((line) => line.sort !== sort)
          .map(({ text }) => text)
          .join('\n')
      const isAlike = (a: string, b: string) => a.replaceAll(/\n+$/g, '') === b.replaceAll(/\n+$/g, '')
      expect(isAlike(without('added'), before)).toBe(true)
      expect(isAlike(without('removed'), after)).toBe(true)
    }),
  )
})

it('two versions of a rule differ by what they say, not by the order in which they say it', () => {
  const [before, after] = toSpecTexts(
    { id: 'r', where: { type: 'a', metric: 'm' }, above: 1, lifeSafety: true },
    { id: 'r', lifeSafety: true, where: { metric: 'm', type: 'a' }, above: 2 },
  )
  expect(toDiffLines(before, after).filter(({ sort }) => sort !== 'same')).toEqual([
    { sort: 'removed', text: 'above: 1' },
    { sort: 'added', text: 'above: 2' },
  ])
  expect(toSpecTexts(undefined, { id: 'r' })).toEqual(['', 'id: r\n'])
})
