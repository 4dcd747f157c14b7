import type { Device } from '../../../core/device.ts'
import type { Observation } from '../../../core/observation.ts'
import { type Severity, severityLevel } from '../../../core/severity.ts'
import { type Signal, subjectKey } from '../../../core/signal.ts'
import { createRuleEngine, type RuleEngine } from '../../../detectors/rules/engine/rule-engine.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import type { RuleSet } from '../../../detectors/rules/rule.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'

/** Second 0 of every track. */
export const T0 = 1_700_000_000_000
export const at = (second: number) => T0 + second * 1000

/** The rules of a YAML text that must be good. */
export function rulesOf(text: string): RuleSet {
  const result = parseRules([{ path: 'test.yaml', text }])
  if ('faults' in result) throw new Error(formatFaults(result.faults))
  return result.rules
}

/** One rule, given by the lines that differ from test to test. */
export function ruleOf(lines: string): RuleSet {
  return rulesOf(`rules:\n  - { id: r, title: { zh: 规则, en: Rule }, category: other, ${lines} }`)
}

export function aDevice(part: Partial<Device> = {}): Device {
  return { id: 'd1', type: 'thermometer', registeredAtMs: T0, tokenHash: '', ...part }
}

export function engineOf(rules: RuleSet, devices: Device[] = [aDevice()], snapshot?: unknown): RuleEngine {
  return createRuleEngine({
    rules,
    device: (id) => devices.find((device) => device.id === id),
    devices: () => devices,
    ...(snapshot !== undefined && { snapshot }),
  })
}

/** A reading as the journal would hold it: `second` is when it was measured, `arrival` (the same unless said) when it came. */
export function aReading(
  seq: number,
  second: number,
  values: Record<string, number>,
  part: { device?: string; arrival?: number; messageSeq?: number } = {},
): Observation {
  return {
    kind: 'readings',
    seq,
    arrivalMs: at(part.arrival ?? second),
    deviceId: part.device ?? 'd1',
    messageSeq: part.messageSeq ?? null,
    samples: Object.entries(values).map(([metric, value]) => ({ metric, atMs: at(second), value })),
  }
}

/** What fires after each signal: `-` nothing, else the digit of the severity (1 critical … 4 warning). */
export function createBoard() {
  const firing = new Map<string, Severity>()
  return {
    take(signals: Signal[]): void {
      for (const { rule, subject, state, severity } of signals) {
        const key = `${rule}|${subjectKey(subject)}`
        if (state === 'active') firing.set(key, severity)
        else if (!firing.delete(key)) throw new Error(`cleared though it was not firing: ${key}`)
      }
    },
    mark(): string {
      const levels = [...firing.values()].map(severityLevel)
      return levels.length === 0 ? '-' : String(Math.min(...levels))
    },
  }
}

/**
 * Plays a track of metric `v`, one character per second: a digit is a sample of that value, a blank is a second in
 * which only time passes. Returns what fires at the end of each second, one character each.
 */
export function play(rules: RuleSet, track: string): string {
  const engine = engineOf(rules)
  const board = createBoard()
  let marks = ''
  let seq = 0
  for (const [second, mark] of [...track].entries()) {
    board.take(mark === ' ' ? engine.advance(at(second)) : engine.observe(aReading(++seq, second, { v: Number(mark) })))
    marks += board.mark()
  }
  return marks
}

/** What is wrong with one rule, given as to `ruleOf`, without its place in the file. */
export function objectionsTo(lines: string): string[] {
  const text = `rules:\n  - { id: r, title: { zh: 规则, en: Rule }, category: other, ${lines} }`
  const result = parseRules([{ path: 'test.yaml', text }])
  return 'faults' in result ? result.faults.map(({ message }) => message) : []
}
