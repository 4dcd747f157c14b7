import { expect, it } from 'vitest'
import { joinRules } from '../../../detectors/rules/files/join-rules.ts'
import { printRules } from '../../../detectors/rules/files/print-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aRuleSpec } from './a-rule-spec.ts'

const file = (...specs: ReturnType<typeof aRuleSpec>[]) => ({ path: 'mine.yaml', text: printRules(specs) })
const never = () => false

it('puts a rule made over the API in the place of the one in a file', () => {
  const joined = joinRules([file(aRuleSpec('a'), aRuleSpec('b'))], [aRuleSpec('a', { enabled: false })], never)

  expect('faults' in joined ? [] : joined.rules.rules.map(({ id }) => id)).toEqual(['b'])
})

it('answers with the faults of rules made over the API, named by rule, line and key', () => {
  const wrong = aRuleSpec('a', { severity: 'huge' })

  const joined = joinRules([file()], [wrong], never)

  expect(joined).toMatchObject({ faults: [{ file: 'rule a', pointer: '/rules/0/severity', line: 12, column: 15 }] })
  expect(printRules([wrong]).split('\n')[11]).toBe('    severity: huge')
})

it('puts aside one that may fail, so that the one in the file holds', () => {
  const joined = joinRules([file(aRuleSpec('a', { above: 1 }))], [aRuleSpec('a', { kind: 'gone' })], () => true)

  if ('faults' in joined) throw new Error(formatFaults(joined.faults))
  expect(joined.rules.rules.map(({ id }) => id)).toEqual(['a'])
  expect(joined.unusable.get('a')).toMatchObject([{ pointer: '/rules/0/kind' }])
})

it('puts nothing aside for the faults of a file', () => {
  const joined = joinRules([file(aRuleSpec('a', { above: 'hot' }))], [aRuleSpec('b')], () => true)

  expect(joined).toMatchObject({ faults: [{ file: 'mine.yaml' }] })
})

it('reads again what has changed, and says of the same texts the same', () => {
  const mine = file(aRuleSpec('a', { above: 1 }))
  const own = [aRuleSpec('b')]
  const versionOf = () => {
    const joined = joinRules([mine], own, never)
    return 'faults' in joined ? formatFaults(joined.faults) : joined.rules.version
  }
  const [first, again] = [versionOf(), versionOf()]

  mine.text = printRules([aRuleSpec('a', { above: 2 })])
  const changed = versionOf()
  mine.text = printRules([aRuleSpec('b', { severity: 'huge' })])

  expect([again, changed === first]).toEqual([first, false])
  const faults = [versionOf(), versionOf()]
  expect(faults[0]).toMatch(/^mine\.yaml:12:15 severity must be one of .*, not "huge"$/)
  expect(faults[1]).toBe(faults[0])
})
