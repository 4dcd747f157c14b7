import { describe, expect, it } from 'vitest'
import type { Finding, FindingChange, FindingNews, VerdictWord } from '../../../core/finding.ts'
import { createRuleEngine } from '../../../detectors/rules/engine/rule-engine.ts'
import { aDevice, at, engineOf, objectionsTo, ruleOf } from './play.ts'

const RULE = 'kind: finding, labels: { debris: minor, person: major }'

function aFinding(part: Partial<Finding> = {}): Finding {
  const best = { frameId: 'f', flightId: 'one', atMs: at(0), score: 0.8, box: [0, 0, 1, 1], model: 'm' } as const
  const sighting = { ...best, box: [...best.box] as [number, number, number, number], annotatedSha256: 'sha' }
  return {
    ...{ id: 'f1-0', label: 'debris', presence: 'present', firstMs: at(0), lastMs: at(0), sightings: 1, score: 0.8 },
    position: { lat: 30, lon: 120 },
    place: { river: '文津河', reach: 'r1', alongM: 1240, offsetM: 3, bank: 'left' },
    flights: [{ flightId: 'one', firstMs: at(0), lastMs: at(0), sightings: 1, score: 0.8, best: sighting }],
    ...{ best: sighting, lastLook: { flightId: 'one', frameId: 'f', atMs: at(0) }, verdicts: [] },
    ...part,
  }
}

function news(
  seq: number,
  part: Partial<Finding> = {},
  change: FindingChange = 'seen',
  more: Partial<FindingNews> = {},
): FindingNews {
  const finding = aFinding(part)
  return { kind: 'finding', seq, arrivalMs: at(seq), deviceId: 'd1', atMs: at(seq), change, finding, ...more }
}

const said = (word: VerdictWord) => ({ verdicts: [{ ...word, by: 'li', atMs: at(1), model: 'm', score: 0.8 }] })

/** What is said, in short: `active`, or `cleared gone`. */
function hear(rule: string, all: FindingNews[]): string[] {
  const engine = engineOf(ruleOf(rule), [aDevice({ type: 'drone' })])
  return all.flatMap((one) =>
    engine.hear(one).map(({ state, reason }) => (state === 'active' ? state : `${state} ${reason.code}`)),
  )
}

describe('a rule about findings', () => {
  it('says what was found, how large, where along the river, and shows it', () => {
    const [signal] = engineOf(ruleOf(RULE)).hear(news(1, { areaM2: 2.5, growth: 1.2 }, 'opened'))
    expect(signal).toMatchObject({
      ...{
        subject: { label: 'debris', finding: 'f1-0' },
        seenBy: 'd1',
        severity: 'minor',
        frameId: 'f',
        evidence: ['sha'],
      },
      position: { lat: 30, lon: 120 },
      finding: { id: 'f1-0', review: 'undecided', frameId: 'f' },
      reason: {
        ...{ code: 'found', value: 2.5, unit: 'm²' },
        params: { label: 'debris', change: 'opened', flights: 1, growth: 1.2, river: '文津河', chainage: 'K1+240' },
      },
    })
  })

  it.each<[string, Partial<Finding>, string]>([
    ['is gone', { presence: 'gone' }, 'gone'],
    ['is rejected', said({ verdict: 'rejected', reason: 'glint' }), 'rejected'],
    ['is a duplicate', said({ verdict: 'duplicate', of: 'f2-0' }), 'duplicate'],
    ['is not ours', said({ verdict: 'not_ours', note: '' }), 'not_ours'],
    ['is something that the rule is not about', { label: 'boat' }, 'reclassed'],
  ])('is over once when the finding %s', (_, part, code) => {
    const course = [news(1, {}, 'opened'), news(2, part), news(3, part)]
    expect(hear(RULE, course)).toEqual(['active', `cleared ${code}`])
  })

  it('goes on under another subject when a person calls it something else', () => {
    expect(hear(RULE, [news(1), news(2, { label: 'person' }, 'reviewed')])).toEqual([
      'active',
      'cleared reclassed',
      'active',
    ])
  })

  it('holds for what a person confirmed or took back', () => {
    expect(hear(RULE, [news(1, said({ verdict: 'confirmed' })), news(2, said({ verdict: 'reopened' }))])).toEqual([
      'active',
      'active',
    ])
  })

  it('says nothing of what is not believed yet', () => {
    expect(hear(RULE, [news(1, { tentative: true })])).toEqual([])
  })

  it.each<[string, string, Partial<Finding>, Partial<FindingNews>, boolean]>([
    ['large enough', 'minAreaM2: 2', { areaM2: 2 }, {}, true],
    ['too small', 'minAreaM2: 2', { areaM2: 1.9 }, {}, false],
    ['of unknown size', 'minAreaM2: 2', {}, {}, false],
    ['grown', 'grownBy: 1.5', { growth: 1.6 }, {}, true],
    ['seen once only', 'grownBy: 1.5', {}, {}, false],
    ['in such a reach', 'reach: { closed: true }', {}, { reach: { closed: true } }, true],
    ['in another reach', 'reach: { closed: true }', {}, { reach: { closed: false } }, false],
    ['in no reach', 'reach: { closed: true }', {}, {}, false],
    ['on the left bank', 'condition: observation.place.bank == "left"', {}, {}, true],
    ['far down the river', 'condition: observation.place.along > 2000', {}, {}, false],
    ['drunk', 'condition: observation.reach.drinking_water == true', {}, { reach: { drinking_water: true } }, true],
    ['not said to be drunk', 'condition: observation.reach.drinking_water == true', {}, {}, false],
    ['seen by such a drone', 'where: { type: drone }', {}, {}, true],
    ['seen by another', 'where: { type: boat }', {}, {}, false],
  ])('asks whether it is %s: %s', (_, lines, part, more, holds) => {
    expect(hear(`${RULE}, ${lines}`, [news(1, part, 'opened', more)])).toEqual(holds ? ['active'] : [])
  })

  it('begins with certain changes only, where it names them, and then goes on', () => {
    const course = [
      news(1, {}, 'opened'),
      news(2, {}, 'grown'),
      news(3, {}, 'seen'),
      news(4, { presence: 'gone' }, 'gone'),
    ]
    expect(hear(`${RULE}, changes: [grown, returned]`, course)).toEqual(['active', 'active', 'cleared gone'])
  })

  it('begins in its hours only, and ends at any', () => {
    const hours = 'schedule: { zone: UTC, intervals: [{ from: "22:00", to: "23:00" }] }'
    const [before, within, after] = ['21:59', '22:30', '23:30'].map((time) => Date.parse(`2026-05-01T${time}:00Z`))
    const course = [
      news(1, {}, 'opened', { atMs: before!, arrivalMs: before! }),
      news(2, {}, 'seen', { atMs: within!, arrivalMs: within! }),
      news(3, { presence: 'gone' }, 'gone', { atMs: after!, arrivalMs: after! }),
    ]
    expect(hear(`${RULE}, ${hours}`, course)).toEqual(['active', 'cleared gone'])
  })

  it('when it is new or changed, hears of the findings that are there', () => {
    const engine = createRuleEngine({
      ...{ rules: ruleOf('kind: finding, labels: { boat: minor }'), device: () => undefined, devices: () => [] },
      presentFindings: () => [news(1)],
    })
    expect(engine.advance(at(10))).toEqual([])
    const told = engine.replaceRules(ruleOf(RULE)).map(({ state, subject }) => [state, subject.finding])
    expect(told).toEqual([['active', 'f1-0']])
    const again = engine.replaceRules(ruleOf(`${RULE}, minAreaM2: 5`)).map(({ state, reason }) => [state, reason.code])
    expect(again).toEqual([['cleared', 'rule_changed']])
  })

  it('two words on one finding never stand at one place in the order', () => {
    const engine = engineOf(ruleOf(RULE))
    const orders = [news(1), news(1), news(1, { presence: 'gone' }, 'gone')]
      .flatMap((one) => engine.hear({ ...one, arrivalMs: at(1) }))
      .map(({ order }) => order.clockMs)
    expect(orders).toEqual([at(1), at(1) + 1, at(1) + 2])
  })

  it.each([
    ['labels: {}', ['labels must be labels with a severity each, at least one, for example { debris: minor }, not {}']],
    ['labels: { x: minor }, changes: [gone]', 1],
    ['labels: { x: minor }, condition: observation.lable == "x"', ['No such key: lable (character 13)']],
  ])('is refused with %s', (lines, expected) => {
    const found = objectionsTo(`kind: finding, ${lines}`)
    expect(typeof expected === 'number' ? found.length : found).toEqual(expected)
  })
})
