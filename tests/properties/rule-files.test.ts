import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseRules } from '../../detectors/rules/files/parse-rules.ts'

const GOOD = readFileSync(new URL('../fixtures/rules/every-kind-good.yaml', import.meta.url), 'utf8')

it('answers any damage to a rule file with rules or with faults that lie inside the file', () => {
  const damage = fc.record({ from: fc.nat(GOOD.length), length: fc.nat(30), text: fc.string({ maxLength: 8 }) })
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      let text = GOOD
      for (const { from, length, text: inserted } of damages)
        text = text.slice(0, from) + inserted + text.slice(from + length)
      const result = parseRules([{ path: 'damaged.yaml', text }])
      if (!('faults' in result)) return
      expect(result.faults.length).toBeGreaterThan(0)
      const lines = text.split('\n').length
      for (const { line, column, message } of result.faults) {
        expect(line >= 1 && line <= lines && column >= 1).toBe(true)
        expect(message).not.toBe('')
      }
    }),
    { numRuns: 300 },
  )
}, 120_000)

it('answers any text at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(Object.keys(parseRules([{ path: 'any.yaml', text }]))).toHaveLength(1)
    }),
    { numRuns: 300 },
  )
})
