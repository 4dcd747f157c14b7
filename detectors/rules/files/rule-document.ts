import type { RuleFault } from '../rule-fault.ts'
import { isPlainObject } from './check-shape.ts'
import { type PlacedYaml, placeYaml } from './yaml-places.ts'

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
  yaml: PlacedYaml
  content: Record<string, unknown> | null
  found: RuleFault[]
}

/** By file object: a change of one rule checks all again, and most texts are as they were. */
const readTexts = new WeakMap<RuleFile, ReadText>()

/** Reads the YAML of one file; never throws. The same file object again costs next to nothing. */
export function readRuleDocument(file: RuleFile): RuleDocument {
  const before = readTexts.get(file)
  const { yaml, content, found: foundInText } = before?.text === file.text ? before : readText(file)
  const found = [...foundInText]
  const placeOf = toPlaceOf(yaml)
  return {
    file,
    content,
    report: (path, at, message) => found.push({ ...placeOf(path, at), message }),
    placeOf,
    faults: () => found.sort((a, b) => a.line - b.line || a.column - b.column),
  }
}

function readText(file: RuleFile): ReadText {
  const yaml = placeYaml(file.path, file.text)
  const found = [...yaml.faults]
  const content = isPlainObject(yaml.content) ? yaml.content : null
  if (content === null && found.length === 0)
    found.push({ ...toPlaceOf(yaml)([]), message: 'a rule file is a map with the key rules, a list' })
  const read = { text: file.text, yaml, content, found }
  readTexts.set(file, read)
  return read
}

function toPlaceOf({ spotOf }: PlacedYaml): RuleDocument['placeOf'] {
  return (path, at) => ({ ...spotOf(path, at), pointer: toPointer(path) })
}

/** JSON pointer (RFC 6901) of a value. */
function toPointer(path: (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
