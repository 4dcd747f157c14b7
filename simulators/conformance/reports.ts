import XMLBuilder from 'fast-xml-builder'
import type { ClauseResult, Verdict } from './judge-device.ts'

export type Language = 'zh' | 'en'

/** Marks of clauses, the most urgent last: passed, not seen, should be mended, must be mended. */
const URGENCIES = ['✓', '?', '!', '✗'] as const
const LEVELS = { must: { zh: '必须', en: 'must' }, should: { zh: '应当', en: 'should' } } as const

/** For people: one line a clause, what failed last. */
export function toText(verdict: Verdict, language: Language): string {
  const { clauses, device, profile, passed, failed, warned, unseen, conforms } = verdict
  const width = Math.max(...clauses.map(({ id }) => id.length))
  const lines = clauses
    .toSorted((a, b) => urgency(a) - urgency(b))
    .map((clause) => {
      const { level, id, title, saw } = clause
      const said = `${title[language]}: ${saw[language]}`
      return `  ${URGENCIES[urgency(clause)]} ${id.padEnd(width)} ${LEVELS[level][language].padEnd(6)} ${said}`
    })
  const end =
    language === 'zh'
      ? `${conforms ? '符合' : '不符合'} ${profile}: 通过 ${passed}, 不符 ${failed}, 建议 ${warned}, 未见 ${unseen}`
      : `${conforms ? 'conforms to' : 'does not conform to'} ${profile}: ${passed} passed, ${failed} failed, ${warned} to mend, ${unseen} not seen`
  return [`${device}`, ...lines, '', end, ''].join('\n')
}

function urgency({ outcome, level }: ClauseResult): 0 | 1 | 2 | 3 {
  if (outcome === 'pass') return 0
  if (outcome === 'unseen') return 1
  return level === 'should' ? 2 : 3
}

/** JUnit XML as CI systems read it: a suite per profile, a case per clause; what should hold and does not is a skipped case. */
export function toJunit({ clauses, device, profile, failed }: Verdict, language: Language): string {
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true, attributeNamePrefix: '@' })
  const testcase = clauses.map((clause) => ({
    '@classname': `${profile}.${clause.id.split('.')[0]}`,
    '@name': `${clause.id} ${clause.title[language]}`,
    ...toCase(clause, language),
  }))
  const skipped = testcase.filter((one) => 'skipped' in one).length
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      testsuite: {
        '@name': `${profile}: ${device}`,
        '@tests': clauses.length,
        '@failures': failed + clauses.filter(isMissed).length,
        '@skipped': skipped,
        testcase,
      },
    },
  })
}

function isMissed({ outcome, level }: ClauseResult): boolean {
  return outcome === 'unseen' && level === 'must'
}

function toCase(clause: ClauseResult, language: Language): object {
  const message = clause.saw[language]
  if (clause.outcome === 'pass') return { 'system-out': message }
  if (clause.level === 'must') return { failure: { '@message': message, '@type': clause.outcome } }
  return { skipped: { '@message': message } }
}

/** What a badge shows (the endpoint format of shields.io). */
export function toBadge({ profile, conforms, failed, warned }: Verdict): object {
  const message = conforms ? (warned === 0 ? 'conforms' : `conforms, ${warned} to mend`) : `${failed} failed`
  return { schemaVersion: 1, label: `huying ${profile}`, message, color: conforms ? 'brightgreen' : 'red' }
}
