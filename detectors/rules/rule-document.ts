import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { isPlainObject } from './check-shape.ts'
import type { RuleFault } from './rule-fault.ts'

/** A rule file as it was read. `path` is only used to name it. */
export interface RuleFile {
  path: string
  text: string
  /** Its rules stand in place of those with the same id in files that do not override. */
  overrides?: boolean
}

/** Says what is wrong with a value of the file, or with its key. */
export type Report = (path: (string | number)[], at: 'key' | 'value', message: string) => void

/** Where something stands. */
export type Place = Omit<RuleFault, 'message'>

/** A rule file's content, before anybody has looked at what it means. */
export interface RuleDocument {
  file: RuleFile
  /** Null when it is not a map that can be read; the fault is noted already. */
  content: Record<string, unknown> | null
  report: Report
  placeOf(path: (string | number)[], at?: 'key' | 'value'): Place
  /** All that was reported, in the order of lines. */
  faults(): RuleFault[]
}

/** Reads the YAML of one file; never throws. */
export function readRuleDocument(file: RuleFile): RuleDocument {
  const found: RuleFault[] = []
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
  const placeOf: RuleDocument['placeOf'] = (path, at = 'value') => ({
    ...place(file, document, lines, path, at),
    pointer: toPointer(path),
  })
  const report: Report = (path, at, message) => found.push({ ...placeOf(path, at), message })

  for (const { pos, message } of [...document.errors, ...document.warnings])
    found.push({ ...lineAt(file, lines, pos[0]), message: `not valid YAML: ${message}` })
  return {
    file,
    content: found.length === 0 ? readContent(document, report) : null,
    report,
    placeOf,
    faults: () => found.sort((a, b) => a.line - b.line || a.column - b.column),
  }
}

function readContent(document: Document.Parsed, report: Report): Record<string, unknown> | null {
  let content: unknown
  try {
    content = document.toJS()
  } catch {
    report([], 'value', 'the aliases of this file cannot be resolved')
    return null
  }
  if (isPlainObject(content)) return content
  report([], 'value', 'a rule file is a map with the key rules, a list')
  return null
}

/** JSON pointer (RFC 6901) of a value. */
function toPointer(path: (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Line and column of a value (or of its key), of its nearest known parent when it is not there itself. */
function place(
  file: RuleFile,
  document: Document.Parsed,
  lines: LineCounter,
  path: (string | number)[],
  at: 'key' | 'value',
): Place {
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

function lineAt(file: RuleFile, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) }
}
