import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { assetPath } from '../../core/source-path.ts'
import { checkShape } from '../rules/files/check-shape.ts'
import { type EvidenceTable, TABLE } from './evidence-table.ts'
import { objectionsTo } from './table-objections.ts'

/** The table that comes with huying, or a file of one's own in its place. Throws `config_invalid` naming file, line and fault. */
export function loadEvidenceTable(ownFile = ''): EvidenceTable {
  const path = ownFile === '' ? assetPath('detectors/fusion/shipped/evidence.yaml') : ownFile
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('config_invalid', `${path} cannot be read`, { path }, { cause })
  }
  return parseEvidenceTable(content, path)
}

/** Throws `config_invalid` with every fault and its line. */
export function parseEvidenceTable(content: string, path: string): EvidenceTable {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines })
  const fail = (faults: string[]) =>
    new AppError('config_invalid', faults.map((one) => `${path}:${one}`).join('; '), { path })
  if (document.errors.length > 0)
    throw fail(document.errors.map(({ linePos, message }) => `${linePos?.[0].line ?? 1}: ${message.split('\n')[0]}`))
  const lineOf = (at: string[]) => {
    for (let length = at.length; length > 0; length--) {
      const node = document.getIn(at.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  const value: unknown = document.toJS()
  const misfits = checkShape(TABLE, value)
  if (misfits.length > 0)
    throw fail(misfits.map(({ path: at, message }) => `${lineOf(at)}: ${at.join('.')}: ${message}`))
  const table = value as EvidenceTable
  const objections = objectionsTo(table)
  if (objections.length > 0) throw fail(objections.map(([at, message]) => `${lineOf(at)}: ${at.join('.')}: ${message}`))
  return table
}
