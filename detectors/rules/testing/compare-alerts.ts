import type { Signal, Subject } from '../../../core/signal.ts'
import type { Expectation, ExpectedAlert, ExpectedEvent, Mismatch, SeenEvent } from './rule-test.ts'
import { showOffset } from './show-offset.ts'

type Lines = Mismatch['lines']
type Line = Lines[number]

/** What fires against what should, line by line; null when it is as expected. */
export function compareFiring({ alerts, has, not }: Expectation, firing: Signal[]): Lines | null {
  const lines = [
    ...(alerts === null ? [] : compareExactly(alerts, firing)),
    ...missing(has, firing),
    ...unwanted(not, firing),
  ]
  if (lines.every(({ mark }) => mark === '=')) return null
  if (alerts !== null) return lines
  const rest = firing.filter((signal) => !not.some((alert) => fits(alert, signal)))
  return [...lines, ...rest.map((signal): Line => ({ mark: '=', text: showSignal(signal) }))]
}

function compareExactly(alerts: ExpectedAlert[], firing: Signal[]): Lines {
  const pairs = pairUp(alerts, firing)
  const paired = new Set(pairs.values())
  return [
    ...alerts.map((alert, i): Line => ({ mark: pairs.has(i) ? '=' : '-', text: showExpected(alert) })),
    ...firing.filter((_, k) => !paired.has(k)).map((signal): Line => ({ mark: '+', text: showSignal(signal) })),
  ]
}

function missing(has: ExpectedAlert[], firing: Signal[]): Lines {
  const pairs = pairUp(has, firing)
  return has.filter((_, i) => !pairs.has(i)).map((alert) => ({ mark: '-', text: showExpected(alert) }))
}

function unwanted(not: ExpectedAlert[], firing: Signal[]): Lines {
  return not.flatMap((alert) =>
    firing
      .filter((signal) => fits(alert, signal))
      .map((signal): Line => ({ mark: '+', text: `${showSignal(signal)} (not: ${showExpected(alert)})` })),
  )
}

/** The whole order of what was raised and cleared against what should be; null when it is as expected. */
export function compareEvents(expected: ExpectedEvent[], seen: SeenEvent[], startMs: number): Lines | null {
  const common = commonLengths(expected, seen)
  const lines: Lines = []
  for (let i = 0, k = 0; i < expected.length || k < seen.length; ) {
    const wanted = expected[i]
    const got = seen[k]
    if (wanted !== undefined && got !== undefined && isSame(wanted, got)) {
      lines.push({ mark: '=', text: showSeen(got, startMs) })
      i++
      k++
    } else if (wanted !== undefined && (got === undefined || common[i + 1]![k]! >= common[i]![k + 1]!)) {
      lines.push({ mark: '-', text: showWanted(wanted, startMs) })
      i++
    } else if (got !== undefined) {
      lines.push({ mark: '+', text: showSeen(got, startMs) })
      k++
    }
  }
  return lines.every(({ mark }) => mark === '=') ? null : lines
}

/** How many events the rests of both lists have in common, in order (longest common subsequence). */
function commonLengths(expected: ExpectedEvent[], seen: SeenEvent[]): number[][] {
  const lengths = Array.from({ length: expected.length + 1 }, () => new Array<number>(seen.length + 1).fill(0))
  for (let i = expected.length - 1; i >= 0; i--)
    for (let k = seen.length - 1; k >= 0; k--)
      lengths[i]![k] = isSame(expected[i]!, seen[k]!)
        ? lengths[i + 1]![k + 1]! + 1
        : Math.max(lengths[i + 1]![k]!, lengths[i]![k + 1]!)
  return lengths
}

function isSame({ type, atMs, alert }: ExpectedEvent, seen: SeenEvent): boolean {
  return type === seen.type && (atMs === null || atMs === seen.atMs) && fits(alert, seen.signal)
}

/**
 * Finds for as many expected alerts as possible one of their own: one that fits several is given to the one that needs
 * it (augmenting paths). Expected index → firing index.
 */
function pairUp(expected: ExpectedAlert[], firing: Signal[]): Map<number, number> {
  const takenBy = new Map<number, number>()
  const place = (i: number, tried: Set<number>): boolean => {
    for (const [k, signal] of firing.entries()) {
      if (tried.has(k) || !fits(expected[i]!, signal)) continue
      tried.add(k)
      const holder = takenBy.get(k)
      if (holder !== undefined && !place(holder, tried)) continue
      takenBy.set(k, i)
      return true
    }
    return false
  }
  for (const i of expected.keys()) place(i, new Set())
  return new Map([...takenBy].map(([k, i]) => [i, k]))
}

function fits({ rule, severity, subject, reason }: ExpectedAlert, signal: Signal): boolean {
  return (
    rule === signal.rule &&
    (severity === undefined || severity === signal.severity) &&
    isPart(subject, signal.subject) &&
    isPart(reason, signal.reason)
  )
}

/** Everything that `part` names is so in `whole`; numbers may differ in their last digits. */
function isPart(part: unknown, whole: unknown): boolean {
  if (typeof part === 'number' && typeof whole === 'number')
    return part === whole || Math.abs(part - whole) <= 1e-9 * Math.max(Math.abs(part), Math.abs(whole))
  if (typeof part !== 'object' || part === null) return part === whole
  if (typeof whole !== 'object' || whole === null) return false
  return Object.entries(part).every(([key, value]) => isPart(value, (whole as Record<string, unknown>)[key]))
}

function showExpected({ rule, severity, subject, reason }: ExpectedAlert): string {
  return [rule, ...showSubject(subject), severity ?? '', ...showFacts(reason)].filter((text) => text !== '').join(' ')
}

function showSignal({ rule, severity, subject, reason }: Signal): string {
  return [rule, ...showSubject(subject), severity, ...showFacts({ ...reason })].join(' ')
}

function showWanted({ type, atMs, alert }: ExpectedEvent, startMs: number): string {
  return `${atMs === null ? '' : `${showOffset(atMs - startMs)} `}${type} ${showExpected(alert)}`
}

function showSeen({ type, atMs, signal }: SeenEvent, startMs: number): string {
  return `${showOffset(atMs - startMs)} ${type} ${showSignal(signal)}`
}

function showSubject({ device, metric, place, label, cell }: Subject): string[] {
  return [device, metric, place, label, cell].filter((part) => part !== undefined)
}

/** `code=above value=0.2 limit=0.1`; the metric stands in the subject already. */
function showFacts(reason: Record<string, unknown>): string[] {
  return Object.entries(reason)
    .filter(([key]) => key !== 'metric')
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
}
