import { readFileSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import { assetPath } from '../../core/source-path.ts'
import { checkShape } from '../rules/files/check-shape.ts'
import { placeYaml } from '../rules/files/yaml-places.ts'
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
  const yaml = placeYaml(path, content)
  const placed = (at: string[], message: string) => {
    return { line: yaml.spotOf(at).line, message: `${at.join('.')}: ${message}` }
  }
  const refuse = (faults: { line: number; message: string }[]) => {
    const told = faults.map(({ line, message }) => `${path}:${line}: ${message}`)
    if (told.length > 0) throw new AppError('config_invalid', told.join('; '), { path })
  }
  refuse(yaml.faults)
  refuse(checkShape(TABLE, yaml.content).map(({ path: at, message }) => placed(at, message)))
  const table = yaml.content as EvidenceTable
  refuse(objectionsTo(table).map(([at, message]) => placed(at, message)))
  return table
}
