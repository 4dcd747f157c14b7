import type { MemberReference } from '../parts/composite-condition.ts'
import type { Rule } from '../rule.ts'

/** Something wrong with what a composite names. */
export interface LinkFault<W> {
  of: W
  /** Keys from the rule down to the culprit. */
  path: string[]
  message: string
}

/**
 * What is wrong between rules: members that no file names, and rules that are, by way of others, members of themselves.
 * `written` are all rules without a fault of their own, those that are switched off included: a composite may name
 * them, they say nothing. Of two with the same id the one that overrides counts. `named`: the ids of all rules.
 */
export function linkFaults<W extends { rule: Rule; overrides: boolean }>(
  written: W[],
  named: ReadonlySet<string>,
): LinkFault<W>[] {
  const byId = new Map<string, W>()
  for (const one of written) if (one.overrides || !byId.has(one.rule.id)) byId.set(one.rule.id, one)
  const found: LinkFault<W>[] = []
  for (const one of written)
    for (const { rule, path } of membersOf(one.rule))
      if (!named.has(rule)) found.push({ of: one, path, message: `no rule has the id ${rule}` })

  for (const one of byId.values()) {
    for (const { rule, path } of membersOf(one.rule)) {
      const way = wayBack(one.rule.id, rule, (id) => membersOf(byId.get(id)?.rule).map((member) => member.rule))
      if (way === null) continue
      found.push({ of: one, path, message: `a rule cannot be its own member: ${way.join(' → ')}` })
      break
    }
  }
  return found
}

/** The same rules, composites last and each after all of its members. Needs rules without fault. */
export function inOrderOfUse(rules: Rule[]): Rule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const ordered = new Set<Rule>()
  function place(rule: Rule): void {
    if (ordered.has(rule)) return
    for (const { rule: id } of membersOf(rule)) {
      const member = byId.get(id)
      if (member !== undefined && member !== rule) place(member)
    }
    ordered.add(rule)
  }
  for (const rule of rules) if (rule.judge.input !== 'signals') ordered.add(rule)
  for (const rule of rules) place(rule)
  return [...ordered]
}

/** A rule and all that it listens to, directly or not, in order of use. */
export function withMembers(rules: Rule[], id: string): Rule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const needed = new Set<Rule>()
  const wanted = [id]
  for (const name of wanted) {
    const rule = byId.get(name)
    if (rule === undefined || needed.has(rule)) continue
    needed.add(rule)
    wanted.push(...membersOf(rule).map((member) => member.rule))
  }
  return rules.filter((rule) => needed.has(rule))
}

function membersOf(rule: Rule | undefined): MemberReference[] {
  return rule?.judge.input === 'signals' ? rule.judge.references : []
}

/** The shortest chain `home → first → … → home`, or null when there is none. */
function wayBack(home: string, first: string, next: (id: string) => string[]): string[] | null {
  const ways = [[home, first]]
  const seen = new Set<string>()
  for (const way of ways) {
    const last = way.at(-1)!
    if (last === home) return way
    if (seen.has(last)) continue
    seen.add(last)
    for (const id of next(last)) ways.push([...way, id])
  }
  return null
}
