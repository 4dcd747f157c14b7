import XMLBuilder from 'fast-xml-builder'
import type { Delays, Score, ThresholdResult } from './score.ts'

/** What was run, for the heads of reports. */
export interface RunName {
  scenario: string
  seed: number
}

/** For people: a line a kind of incident and of fault, what was missed and what was false, and what was wanted. */
export function toText({ scenario, seed }: RunName, score: Score): string {
  const { kinds, faults, alerts, met, expected, consequences, unfounded } = score
  return [
    `${scenario}, seed ${seed}: ${duration(score.simulatedS)} simulated`,
    '',
    ...toTable(
      ['incident', 'times', 'alerts', 'recall', 'median', '95 %'],
      [
        ...kinds.map((one) => [one.kind, `${one.incidents}`, ...shareCells(one)]),
        ['all', `${kinds.reduce((sum, { incidents }) => sum + incidents, 0)}`, ...shareCells(score)],
      ],
    ),
    '',
    ...toTable(
      ['fault', 'times', 'false alerts'],
      faults.map((one) => [one.kind, `${one.faults}`, `${one.unfounded}`]),
    ),
    '',
    `${alerts} alerts: ${met} of ${expected} expected, ${consequences} more of what happened, ${unfounded} false`,
    `recall ${percent(score.recall)}, precision ${percent(score.precision)}, false alerts a day ${round(score.unfoundedPerDay)}`,
    ...score.missed.map(
      ({ incident, about, category, label }) => `  missed  ${incident} ${about} ${label ?? category}`,
    ),
    ...score.unfoundedAlerts.map(
      ({ rule, device, raisedAt, fault }) =>
        `  false   ${rule} ${device ?? ''} ${raisedAt}${fault ? ` (${fault})` : ''}`,
    ),
    ...score.thresholds.map((one) => `  ${one.isMet ? '✓' : '✗'} ${words(one)}`),
    score.passed ? 'passed' : 'failed',
    '',
  ].join('\n')
}

/** JUnit XML as CI systems read it: a case per kind of incident, per kind of fault and per threshold. */
export function toJunit({ scenario, seed }: RunName, score: Score): string {
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true, attributeNamePrefix: '@' })
  const testcase = [
    ...score.faults.map(faultCase),
    ...score.thresholds.map(thresholdCase),
    ...score.kinds.map(kindCase),
  ]
  const suite = {
    '@name': `${scenario}, seed ${seed}`,
    '@tests': testcase.length,
    '@failures': testcase.filter((one) => 'failure' in one).length,
    '@skipped': testcase.filter((one) => 'skipped' in one).length,
    testcase: testcase.map((one) => ({ ...one, '@classname': `${scenario}.${one['@classname']}` })),
  }
  return builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' }, testsuites: { testsuite: suite } })
}

interface Case {
  '@classname': string
  '@name': string
  [outcome: string]: unknown
}

function faultCase({ kind, faults, unfounded }: Score['faults'][number]): Case {
  const message = `${faults} times, ${unfounded} false alerts`
  const outcome = unfounded === 0 ? { 'system-out': message } : { failure: { '@message': message } }
  return { '@classname': 'faults', '@name': `${kind} raises nothing`, ...outcome }
}

function thresholdCase(result: ThresholdResult): Case {
  const message = words(result)
  const outcome = result.isMet ? { 'system-out': message } : { failure: { '@message': message } }
  return { '@classname': 'thresholds', '@name': result.name, ...outcome }
}

/** What is missed fails by the thresholds; here it is only told. */
function kindCase({ kind, expected, met, delayS }: Score['kinds'][number]): Case {
  const message = `${met} of ${expected} expected alerts${delayS ? `, median ${seconds(delayS.median)}` : ''}`
  const outcome = met === expected ? { 'system-out': message } : { skipped: { '@message': message } }
  return { '@classname': 'incidents', '@name': kind, ...outcome }
}

interface ShareOf {
  expected: number
  met: number
  recall: number
  delayS: Delays | null
}

function shareCells({ expected, met, recall, delayS }: ShareOf): string[] {
  const delays = delayS === null ? ['', ''] : [seconds(delayS.median), seconds(delayS.p95)]
  return [`${met}/${expected}`, expected === 0 ? '' : percent(recall), ...delays]
}

function words({ name, wanted, got }: ThresholdResult): string {
  const isShare = /recall|precision/.test(name)
  const say = (value: number) => (isShare ? percent(value) : `${round(value)}`)
  return `${name} ${got === null ? '(nothing to measure)' : say(got)}, wanted at ${isShare ? 'least' : 'most'} ${say(wanted)}`
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
function toTable(head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return []
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)))
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
}

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
const round = (value: number) => Math.round(value * 10) / 10
const seconds = (value: number) => `${round(value)} s`

function duration(seconds: number): string {
  if (seconds < 120) return `${round(seconds)} s`
  return seconds < 7200 ? `${round(seconds / 60)} min` : `${round(seconds / 3600)} h`
}
