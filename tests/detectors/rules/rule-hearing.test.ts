import { expect, it } from 'vitest'
import { aDevice, aReading, at, engineOf, rulesOf } from './play.ts'

const SHARED = 'title: { zh: 规则, en: Rule }, category: other, severity: major'
const RULES = `rules:
  - { id: hot, kind: threshold, where: { type: boiler, metric: v }, above: 5, ${SHARED} }
  - { id: wet, kind: threshold, where: { metric: w }, above: 5, ${SHARED} }
  - { id: still, kind: no-data, where: { type: boiler }, after: 10m, ${SHARED} }
`

it('tells how many devices each rule judges, and when it last had something to judge', () => {
  const engine = engineOf(
    rulesOf(RULES),
    ['b1', 'b2', 'b3'].map((id) => aDevice({ id, type: 'boiler' })),
  )
  engine.observe(aReading(1, 0, { v: 6 }, { device: 'b1' }))
  engine.observe(aReading(2, 30, { v: 6 }, { device: 'b2' }))
  expect(engine.hearings().sort((a, b) => (a.rule < b.rule ? -1 : 1))).toEqual([
    { rule: 'hot', devices: 2, heardMs: at(30) },
    { rule: 'still', devices: 3, heardMs: at(30) },
  ])
})
