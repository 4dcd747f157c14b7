import { createHash } from 'node:crypto'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Category } from '../../core/category.ts'
import { checkShape, isPlainObject } from './check-shape.ts'
import type { Rule, RuleSet } from './rule.ts'
import type { RuleFault } from './rule-fault.ts'
import { RULE_KINDS } from './rule-kinds.ts'
import { toDeviceMatch } from './where.ts'

/** A rule file as it was read. `path` is only used to name it. */
export interface RuleFile {
  path: string
  text: string
}
export type RulesResult = { rules: RuleSet } | { faults: RuleFault[] }

/** What every rule has once its shape was checked. */
interface RuleSpec {
  id: string
  title: { zh: string; en: string }
  category: Category
  kind: string
  where?: Parameters<typeof toDeviceMatch>[0]
}

type Report = (path: (string | number)[], at: 'key' | 'value', message: string) => void

/**
 * Checks rule files and makes them ready to judge: either all rules of all files, or all that is wrong with them, in
 * the order of files and lines. Never throws on bad input.
 */
export function parseRules(files: RuleFile[]): RulesResult {
  const faults: RuleFault[] = []
  const rules: Rule[] = []
  const firstPlace = new Map<string, string>()

  for (const file of files) {
    const found: RuleFault[] = []
    const lines = new LineCounter()
    const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
    const report: Report = (path, at, message) => found.push({ ...place(file, document, lines, path, at), message })

    for (const { pos, message } of [...document.errors, ...document.warnings])
      found.push({ ...lineAt(file, lines, pos[0]), message: `not valid YAML: ${message}` })
    if (found.length === 0) {
      for (const { index, rule } of parseDocumentRules(document, report)) {
        const before = firstPlace.get(rule.id)
        const here = place(file, document, lines, ['rules', index, 'id'], 'value')
        if (before !== undefined) found.push({ ...here, message: `id ${rule.id} is already used at ${before}` })
        else firstPlace.set(rule.id, `${here.file}:${here.line}`)
        rules.push(rule)
      }
    }
    faults.push(...found.sort((a, b) => a.line - b.line || a.column - b.column))
  }
  return faults.length > 0 ? { faults } : { rules: toRuleSet(rules) }
}

function parseDocumentRules(document: Document.Parsed, report: Report): { index: number; rule: Rule }[] {
  let content: unknown
  try {
    content = document.toJS()
  } catch {
    report([], 'value', 'the aliases of this file cannot be resolved')
    return []
  }
  if (!isPlainObject(content) || !Array.isArray(content.rules)) {
    report([], 'value', 'a rule file is a map with the key rules, a list')
    return []
  }
  for (const key of Object.keys(content))
    if (key !== 'rules') report([key], 'key', `unknown key ${key}; a rule file has only rules`)
  return content.rules.flatMap((spec: unknown, index) => {
    const rule = parseRule(spec, (path, at, message) => report(['rules', index, ...path], at, message))
    return rule === null ? [] : [{ index, rule }]
  })
}

/** A rule, or null after everything wrong with it was reported. */
function parseRule(spec: unknown, report: Report): Rule | null {
  if (!isPlainObject(spec)) {
    report([], 'value', 'a rule must be a map of keys and values')
    return null
  }
  const kind = typeof spec.kind === 'string' && Object.hasOwn(RULE_KINDS, spec.kind) ? RULE_KINDS[spec.kind] : undefined
  if (kind === undefined) {
    const known = Object.keys(RULE_KINDS).join(', ')
    if (spec.kind === undefined) report([], 'value', `kind is missing; known are ${known}`)
    else report(['kind'], 'value', `kind must be one of ${known}`)
    return null
  }
  const misfits = checkShape(kind.schema, spec)
  for (const { path, at, message } of misfits) report(path, at, message)
  if (misfits.length > 0) return null
  const objections = kind.objections(spec)
  for (const { path, message } of objections) report(path, 'value', message)
  if (objections.length > 0) return null
  const { id, title, category, where } = spec as unknown as RuleSpec
  return {
    id,
    title,
    category,
    kind: spec.kind as string,
    hash: hashOf(canonical(spec)),
    where: toDeviceMatch(where),
    judge: kind.toJudge(spec),
  }
}

function toRuleSet(rules: Rule[]): RuleSet {
  const version = hashOf(
    rules
      .map((rule) => `${rule.id} ${rule.hash}`)
      .sort()
      .join('\n'),
  )
  return { version, rules }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** JSON with sorted keys: the order in which a file writes them means nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isPlainObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

/** Line and column of a value (or of its key), of its nearest known parent when it is not there itself. */
function place(
  file: RuleFile,
  document: Document.Parsed,
  lines: LineCounter,
  path: (string | number)[],
  at: 'key' | 'value',
): Omit<RuleFault, 'message'> {
  if (at === 'key') {
    const parent = document.getIn(path.slice(0, -1), true)
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
      : undefined
    if (isNode(pair?.key)) return lineAt(file, lines, pair.key.range?.[0] ?? 0)
  }
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return lineAt(file, lines, node.range[0])
  }
  return lineAt(file, lines, document.contents?.range?.[0] ?? 0)
}

function lineAt(file: RuleFile, lines: LineCounter, offset: number): Omit<RuleFault, 'message'> {
  const { line, col } = lines.linePos(offset)
  return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) }
}
