import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Signal } from '../../core/signal.ts'
import { aDevice, aReading, at, engineOf, ruleOf } from '../detectors/rules/play.ts'

const LIMIT_S = 12
const RULES = ruleOf(`kind: no-data, after: ${LIMIT_S}s, severity: minor`)

/** Devices that report every 4 s (a third of the limit) with some delay, each with its own phase, until a second. */
const childrenArb = fc.array(fc.record({ phaseMs: fc.nat(3_999), delaysMs: fc.array(fc.nat(400), { minLength: 5 }) }), {
  minLength: 2,
  maxLength: 8,
})
type Children = typeof childrenArb extends fc.Arbitrary<infer T> ? T : never

interface Word {
  device: string
  atMs: number
}

function wordsOf(children: Children, untilS: number, gateway = 'g'): Word[] {
  return children.flatMap(({ phaseMs, delaysMs }, n) =>
    Array.from({ length: Math.ceil(untilS / 4) }, (_, i) => ({
      device: `${gateway}-${n}`,
      atMs: at(0) + phaseMs + i * 4_000 + (delaysMs[i % delaysMs.length] ?? 0),
    })).filter(({ atMs }) => atMs < at(untilS)),
  )
}

function judge(children: Children, words: Word[], endS: number): Signal[] {
  const devices = children.map((_, n) => aDevice({ id: `g-${n}`, gateway: 'g' }))
  const engine = engineOf(RULES, devices)
  const inOrder = words.toSorted((a, b) => a.atMs - b.atMs)
  const signals = inOrder.flatMap(({ device, atMs }, index) =>
    engine.observe(aReading(index + 1, (atMs - at(0)) / 1000, { v: 1 }, { device })),
  )
  return [...signals, ...engine.advance(at(endS))]
}

const told = (signals: Signal[]) => signals.map(({ state, subject, reason }) => [state, subject.device, reason.code])

it('is one alert when a gateway dies, however many devices it has and whenever each of them reports', () => {
  fc.assert(
    fc.property(childrenArb, fc.integer({ min: 10, max: 40 }), (children, deathS) => {
      const signals = judge(children, wordsOf(children, deathS), deathS + 100)
      expect(told(signals)).toEqual([['active', 'g', 'gateway_silent']])
      expect(signals[0]?.order.clockMs).toBeLessThanOrEqual(at(deathS + LIMIT_S))
    }),
    { numRuns: 300 },
  )
})

it('is its own alert when one device dies and others speak', () => {
  fc.assert(
    fc.property(childrenArb, fc.integer({ min: 10, max: 40 }), (children, deathS) => {
      const words = wordsOf(children, 100).filter(({ device, atMs }) => device !== 'g-0' || atMs < at(deathS))
      expect(told(judge(children, words, 100))).toEqual([['active', 'g-0', 'silent']])
    }),
    { numRuns: 300 },
  )
})

it('is over with the first word, and nobody who comes back in time is told of', () => {
  fc.assert(
    fc.property(childrenArb, fc.integer({ min: 10, max: 40 }), (children, deathS) => {
      const back = wordsOf(children, 60).map((word) => ({ ...word, atMs: word.atMs + (deathS + 50) * 1000 }))
      const signals = judge(children, [...wordsOf(children, deathS), ...back], deathS + 100)
      expect(told(signals)).toEqual([
        ['active', 'g', 'gateway_silent'],
        ['cleared', 'g', 'heard'],
      ])
    }),
    { numRuns: 300 },
  )
})
