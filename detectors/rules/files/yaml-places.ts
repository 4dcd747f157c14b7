import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type Scalar } from 'yaml'
import type { RuleFault } from '../rule-fault.ts'

export type Path = (string | number)[]
/** Where something stands, counted from 1. */
export type Spot = Omit<RuleFault, 'message'>

/** A YAML text with the places of everything in it. */
export interface PlacedYaml {
  /** The content, or undefined when the aliases of the text cannot be resolved. */
  content: unknown
  /** What is wrong with the YAML itself. */
  faults: RuleFault[]
  /** Of a value or its key; of its nearest parent when it is not there itself. */
  spotOf(path: Path, at?: 'key' | 'value'): Spot
  /** A scalar as it is written, and the spot of one character of it. Null for lists, maps and what is not there. */
  writtenAt(path: Path): { text: string; spotOf(index: number): Spot } | null
  /** Offsets of a top-level key and its value in the text. */
  rangeOf(key: string): { from: number; valueFrom: number; to: number } | null
}

/** Never throws on bad input. `path` only names the text. */
export function placeYaml(path: string, text: string): PlacedYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const spotAt = (offset: number): Spot => {
    const { line, col } = lines.linePos(offset)
    return { file: path, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    ...spotAt(pos[0]),
    message: `not valid YAML: ${message}`,
  }))
  let content: unknown
  if (faults.length === 0) {
    try {
      content = document.toJS()
    } catch {
      faults.push({ ...spotAt(0), message: 'the aliases of this file cannot be resolved' })
    }
  }

  return {
    content,
    faults,
    spotOf: (where, at = 'value') => spotAt(offsetOf(document, where, at)),
    writtenAt(where) {
      const node = document.getIn(where, true)
      if (!isScalar(node) || !node.range) return null
      const [from] = node.range
      const written = writtenText(node)
      return { text: written.text, spotOf: (index) => spotAt(from + (written.isVerbatim ? index + written.shift : 0)) }
    },
    rangeOf(key) {
      const pair = pairOf(document, [key])
      if (!isNode(pair?.key) || !isNode(pair.value) || !pair.key.range || !pair.value.range) return null
      return { from: pair.key.range[0], valueFrom: pair.value.range[0], to: pair.value.range[2] }
    },
  }
}

/** Plain scalars mean something else as numbers; only those on one line have each character where it is written. */
function writtenText(node: Scalar): { text: string; isVerbatim: boolean; shift: number } {
  const text = node.type === 'PLAIN' ? (node.source ?? '') : String(node.value ?? '')
  const shift = node.type === 'PLAIN' ? 0 : 1
  const isOneLine = node.range != null && node.range[1] - node.range[0] === text.length + 2 * shift
  return { text, isVerbatim: isOneLine, shift }
}

function offsetOf(document: Document.Parsed, path: Path, at: 'key' | 'value'): number {
  if (at === 'key') {
    const pair = pairOf(document, path)
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0
  }
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

function pairOf(document: Document.Parsed, path: Path) {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  return parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
}
