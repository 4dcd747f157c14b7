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

/** The costly part of a document, which depends on nothing but the text. */
interface ReadText {
  text: string
  document: Document.Parsed
  lines: LineCounter
  content: Record<string, unknown> | null
  found: RuleFault[]
}

/** By file object: a change of one rule checks all again, and most texts are as they were. */
const readTexts = new WeakMap<RuleFile, ReadText>()

/** Reads the YAML of one file; never throws. The same file object again costs next to nothing. */
export function readRuleDocument(file: RuleFile): RuleDocument {
  const before = readTexts.get(file)
  const { document, lines, content, found: foundInText } = before?.text === file.text ? before : readText(file)
  const found = [...foundInText]
  const placeOf = toPlaceOf(file, document, lines)
  return {
    file,
    content,
    report: (path, at, message) => found.push({ ...placeOf(path, at), message }),
    placeOf,
    faults: () => found.sort((a, b) => a.line - b.line || a.column - b.column),
  }
}

function readText(file: RuleFile): ReadText {
  const found: RuleFault[] = []
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
  const placeOf = toPlaceOf(file, document, lines)
  for (const { pos, message } of [...document.errors, ...document.warnings])
    found.push({ ...lineAt(file, lines, pos[0]), message: `not valid YAML: ${message}` })
  const report: Report = (path, at, message) => found.push({ ...placeOf(path, at), message })
  const content = found.length === 0 ? readContent(document, report) : null
  const read = { text: file.text, document, lines, content, found }
  readTexts.set(file, read)
  return read
}

function toPlaceOf(file: RuleFile, document: Document.Parsed, lines: LineCounter): RuleDocument['placeOf'] {
  return (path, at = 'value') => ({ ...place(file, document, lines, path, at), pointer: toPointer(path) })
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
