import { expect, it } from 'vitest'
import { aReading, engineOf, objectionsTo, play, ruleOf } from './play.ts'

const STUCK = 'kind: stuck, where: { metric: v }, for: 3s, severity: major'

it.each([
  {
    title: 'holds when the same value has come for so long, and ends with another',
    rule: `${STUCK}, atLeast: 2`,
    track: '1222223',
    fires: '----22-',
  },
  {
    title: 'waits for enough samples',
    rule: `${STUCK}, atLeast: 6`,
    track: '222222',
    fires: '-----2',
  },
  {
    title: 'is neither made nor ended by silence',
    rule: `${STUCK}, atLeast: 2`,
    track: '2     2    3',
    fires: '------22222-',
  },
  {
    title: 'counts five samples when nothing is said',
    rule: STUCK,
    track: '2 2 2 2 2',
    fires: '--------2',
  },
  {
    title: 'takes a small movement for none, as far as highest and lowest are that close',
    rule: `${STUCK}, atLeast: 2, within: 1`,
    track: '5656567777',
    fires: '---222---2',
  },
  {
    title: 'leaves out what stands still by nature',
    rule: `${STUCK}, atLeast: 2, except: [0, 1]`,
    track: '0000011110222202',
    fires: '-------------2--',
  },
])('$title', ({ rule, track, fires }) => {
  expect(play(ruleOf(rule), track)).toBe(fires)
})

it('says the value, how long and over how many samples', () => {
  const engine = engineOf(ruleOf(`${STUCK}, atLeast: 3, unit: m`))
  const signals = [0, 2, 4].flatMap((second, index) => engine.observe(aReading(index + 1, second, { v: 2.5 })))

  expect(signals.map(({ reason }) => reason)).toEqual([
    {
      code: 'stuck',
      metric: 'v',
      value: 2.5,
      unit: 'm',
      durationS: 4,
      params: { forS: 3, lastedS: 4, samples: 3, atLeast: 3, within: 0 },
    },
  ])
})

it('must last longer than nothing', () => {
  expect(objectionsTo('kind: stuck, where: { metric: v }, for: 0s, severity: major')).toEqual([
    'for must be longer than nothing',
  ])
})
