import type { RuleFault } from '../rule-fault.ts'
import type { Mismatch, Verdict } from './rule-test.ts'
import { showOffset } from './show-offset.ts'

/** What became of one file of tests: a verdict per test, or why it could not be run. */
export interface FileOutcome {
  path: string
  faults: RuleFault[]
  verdicts: Verdict[]
}

/** One line per test, and below each that failed what was expected (`-`) and what came instead (`+`). */
export function showVerdicts(verdicts: Verdict[]): string {
  return verdicts
    .flatMap(({ test, passed, mismatches }) => [
      `${passed ? 'pass' : 'FAIL'}  ${test.spot.file}:${test.spot.line}  ${test.name}`,
      ...mismatches.map((mismatch) => indent(showMismatch(mismatch))),
    ])
    .join('\n')
}

function showMismatch({ what, spot, offsetMs, lines }: Mismatch): string {
  const head = what === 'firing' ? `firing at ${showOffset(offsetMs)}` : 'raised and cleared'
  const said = lines.map(({ mark, text }) => `  ${mark === '=' ? ' ' : mark} ${text}`)
  return [`${head} (${spot.file}:${spot.line}:${spot.column}), - expected, + got:`, ...said].join('\n')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')
}

/** The same as plain data, for programs. */
export function toPlain({ path, faults, verdicts }: FileOutcome) {
  return {
    file: path,
    faults,
    tests: verdicts.map(({ test, passed, mismatches }) => ({
      name: test.name,
      line: test.spot.line,
      passed,
      mismatches: mismatches.map(({ what, spot, offsetMs, lines }) => ({
        what,
        line: spot.line,
        at: showOffset(offsetMs),
        expected: lines.filter(({ mark }) => mark === '-').map(({ text }) => text),
        got: lines.filter(({ mark }) => mark === '+').map(({ text }) => text),
      })),
    })),
  }
}

/** JUnit's XML, as build servers read it: a suite per file; a file that could not be run is a suite with one error. */
export function toJUnit(outcomes: FileOutcome[]): string {
  const suites = outcomes.map(({ path, faults, verdicts }) => {
    const failures = verdicts.filter(({ passed }) => !passed).length
    const errors = faults.length > 0 ? 1 : 0
    const counts = `tests="${verdicts.length + errors}" failures="${failures}" errors="${errors}"`
    const message = faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n')
    const broken =
      errors > 0 ? [testcase(path, 'rule tests', `<error message="cannot be run">${xml(message)}</error>`)] : []
    const cases = verdicts.map(({ test, passed, mismatches }) =>
      testcase(path, test.name, passed ? '' : failure(mismatches)),
    )
    return `<testsuite name="${xml(path)}" ${counts}>\n${[...broken, ...cases].join('\n')}\n</testsuite>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`
}

function testcase(path: string, name: string, content: string): string {
  return `  <testcase classname="${xml(path)}" name="${xml(name)}">${content}</testcase>`
}

function failure(mismatches: Mismatch[]): string {
  return `<failure message="not as expected">${xml(mismatches.map(showMismatch).join('\n'))}</failure>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no place for most control characters, not even escaped. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  const clean = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  return clean.replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
}
