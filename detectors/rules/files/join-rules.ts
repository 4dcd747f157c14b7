import type { RuleSpec } from '../../../core/rule-change.ts'
import type { RuleFault } from '../rule-fault.ts'
import { parseRules, type RuleFile, type RulesResult } from './parse-rules.ts'
import { printRules } from './print-rules.ts'

/** Rules of files and rules made over the API, together. */
export type JoinedRules = Exclude<RulesResult, { faults: unknown }> & {
  /** Rules made over the API that cannot be used (any more), with what is wrong. They are left out. */
  unusable: Map<string, RuleFault[]>
}

/** How faults name the text of a rule that was made over the API. */
export function ownPath(id: string): string {
  return `rule ${id}`
}

/**
 * Checks everything as one set, so that rules made over the API meet the very same demands as files do. Those of
 * `own` stand over rules of the same id in `files`. A fault in one of `mayFail` only puts that rule aside; any other
 * fault is an answer.
 */
export function joinRules(
  files: RuleFile[],
  own: RuleSpec[],
  mayFail: (id: string) => boolean,
): JoinedRules | { faults: RuleFault[] } {
  const unusable = new Map<string, RuleFault[]>()
  for (;;) {
    const usable = own.filter(({ id }) => !unusable.has(id))
    const result = parseRules([...files, ...usable.map(toFile)])
    if (!('faults' in result)) return { ...result, unusable }
    const failing = usable.filter(({ id }) => result.faults.some(({ file }) => file === ownPath(id)))
    const aside = failing.filter(({ id }) => mayFail(id))
    if (aside.length === 0) return result
    for (const { id } of aside)
      unusable.set(
        id,
        result.faults.filter(({ file }) => file === ownPath(id)),
      )
  }
}

/** By rule, so that each is printed and read once. */
const files = new WeakMap<RuleSpec, RuleFile>()

function toFile(spec: RuleSpec): RuleFile {
  const known = files.get(spec)
  if (known !== undefined) return known
  const file = { path: ownPath(spec.id), text: printRules([spec]), overrides: true }
  files.set(spec, file)
  return file
}
