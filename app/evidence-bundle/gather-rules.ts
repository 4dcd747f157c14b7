import type { Alert } from '../../core/alert.ts'
import type { LeftOut } from '../../core/bundle-desk.ts'
import type { RuleSpec, RuleVersion } from '../../core/rule-change.ts'
import type { RuleDesk } from '../../core/rule-desk.ts'
import { toIso } from '../../dashboards/api/to-iso.ts'

/** A rule as it stood when an alert was raised. */
export interface CaseRule {
  id: string
  spec: RuleSpec
  version: Omit<RuleVersion, 'spec'>
  /** Hash of its content as the alert names it. */
  judgedBy?: string
  /** Hash of this version, where it can still be worked out among the other rules as they are now. */
  hash?: string
}

export interface RulePorts {
  rules: Pick<RuleDesk, 'versions' | 'print'>
  /** Hash of a rule's content as it was at a moment; undefined where that cannot be worked out any more. */
  ruleHashAt(id: string, atMs: number): string | undefined
}

/** The rules behind the alerts, each once, by the version in force when its first alert was raised. */
export function gatherRules(alerts: Alert[], ports: RulePorts): { rules: CaseRule[]; leftOut: LeftOut[] } {
  const first = new Map<string, Alert>()
  for (const alert of alerts) if (!first.has(alert.rule)) first.set(alert.rule, alert)
  const leftOut: LeftOut[] = []
  const rules: CaseRule[] = []
  for (const [id, alert] of first) {
    const rule = ruleOf(id, alert, ports)
    if (rule === null)
      leftOut.push({ what: `rule ${id}`, why: 'huying’s own, or not among the versions that are kept' })
    else rules.push(rule)
  }
  return { rules, leftOut }
}

function ruleOf(id: string, { raisedAtMs, ruleVersion }: Alert, { rules, ruleHashAt }: RulePorts): CaseRule | null {
  const versions = rules.versions(id).filter(({ spec }) => spec !== null)
  const then = versions.findLast(({ atMs }) => atMs <= raisedAtMs) ?? versions[0]
  if (then === undefined) return null
  const { spec, ...version } = then
  const hash = ruleHashAt(id, Math.max(raisedAtMs, version.atMs))
  return {
    ...{ id, spec: spec as RuleSpec, version },
    ...(ruleVersion !== undefined && { judgedBy: ruleVersion }),
    ...(hash !== undefined && { hash }),
  }
}

/** A rule file that holds them; what they were is said in comments before. */
export function rulesYaml(rules: CaseRule[], print: RuleDesk['print']): string {
  const about = rules.map(
    ({ id, version, judgedBy, hash }) =>
      `# ${id}: version ${version.version} of ${toIso(version.atMs)} by ${oneLine(version.by)} (${version.source})\n` +
      `#   hash ${hash ?? 'unknown'}, the alert was judged by ${judgedBy ?? 'unknown'}\n`,
  )
  return `${about.join('')}${print(rules.map(({ spec }) => spec))}`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]/g, ' ')
}
