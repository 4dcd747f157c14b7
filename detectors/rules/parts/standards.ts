import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../../core/errors.ts'
import { assetPath } from '../../../core/source-path.ts'
import { checkShape } from '../files/check-shape.ts'
import { type RuleDocument, readRuleDocument } from '../files/rule-document.ts'
import { formatFaults, type RuleFault } from '../rule-fault.ts'
import {
  type ItemSpec,
  isCorners,
  STANDARD,
  type StandardSpec,
  standardObjections,
  type TableSpec,
} from './standard-schema.ts'

/** What a standard allows. `low` and `high` still belong to it; the side without a limit is infinite. */
export interface Limit {
  direction: ItemSpec['limit']
  low: number
  high: number
  unit: string
  /** Edition, clause and row, as it is printed with an alert. */
  clause: string
  verified: boolean
}

/** Where a value stands among the rows of a graded table. */
export interface Grade {
  /** Name of the best row that the value keeps to, or the table's name for what is beyond the last. */
  name: string
  /** Index of that row; the number of rows when it is beyond the last. */
  index: number
}

let shipped: Map<string, StandardSpec> | undefined

/** The standards that come with huying, by id; read at the first use. Throws `config_invalid` when one is broken. */
export function shippedStandards(): ReadonlyMap<string, StandardSpec> {
  shipped ??= loadStandards(assetPath('detectors/standards'))
  return shipped
}

/** Reads all packs of a folder. Throws `config_invalid` with every fault. */
export function loadStandards(folder: string): Map<string, StandardSpec> {
  const standards = new Map<string, StandardSpec>()
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  for (const name of names.sort()) {
    const result = parseStandard({ path: name, text: readFileSync(join(folder, name), 'utf8') })
    if ('faults' in result)
      throw new AppError('config_invalid', `a standard is broken: ${formatFaults(result.faults)}`, { folder })
    standards.set(result.standard.id, result.standard)
  }
  return standards
}

/** Checks one pack. */
export function parseStandard(file: RuleDocument['file']): { standard: StandardSpec } | { faults: RuleFault[] } {
  const document = readRuleDocument(file)
  const { content, report } = document
  if (content !== null) {
    const misfits = checkShape(STANDARD, content)
    for (const { path, at, message } of misfits) report(path, at, message)
    if (misfits.length === 0)
      for (const { path, message } of standardObjections(content as StandardSpec)) report(path, 'value', message)
  }
  const faults = document.faults()
  return faults.length > 0 ? { faults } : { standard: content as StandardSpec }
}

/** The table of an item; of several that have it, the one that is named. */
export function tableOf({ tables }: StandardSpec, item: string, table?: string): TableSpec | undefined {
  return tables.find((one) => (table === undefined || one.id === table) && Object.hasOwn(one.items, item))
}

/**
 * The limit of an item in a row. `x` is where on the curve (frequency, wave speed) it is asked for: between corners the
 * limit is linear, before the first and after the last it stays; without `x` the strictest of the curve holds.
 */
export function limitOf(standard: StandardSpec, table: TableSpec, item: string, row: string, x?: number): Limit | null {
  const spec = Object.hasOwn(table.items, item) ? table.items[item] : undefined
  const value = spec && Object.hasOwn(spec.values, row) ? spec.values[row] : undefined
  if (spec === undefined || value === undefined) return null
  const { limit: direction, unit, verified } = spec
  const clause = `${standard.edition} ${table.clause}, ${table.row.replace('{row}', row)}`
  const [low, high] = endsOf(direction, value, x)
  return { direction, low, high, unit, clause, verified }
}

function endsOf(direction: ItemSpec['limit'], value: ItemSpec['values'][string], x?: number): [number, number] {
  if (direction === 'range') return value as [number, number]
  const one = isCorners(value) ? onCurve(value, direction, x) : (value as number)
  return direction === 'max' ? [Number.NEGATIVE_INFINITY, one] : [one, Number.POSITIVE_INFINITY]
}

function onCurve(corners: [number, number][], direction: 'max' | 'min', x: number | undefined): number {
  if (x === undefined || Number.isNaN(x)) {
    const limits = corners.map(([, limit]) => limit)
    return direction === 'max' ? Math.min(...limits) : Math.max(...limits)
  }
  const after = corners.findIndex(([cornerX]) => cornerX >= x)
  if (after === -1) return corners.at(-1)![1]
  if (after === 0) return corners[0]![1]
  const [x0, y0] = corners[after - 1]!
  const [x1, y1] = corners[after]!
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
}

/** The grade of a value, or null for a table without grades or an item that it does not have. */
export function gradeOf(standard: StandardSpec, table: TableSpec, item: string, value: number): Grade | null {
  if (table.beyond === undefined || !Object.hasOwn(table.items, item)) return null
  for (const [index, row] of table.rows.entries()) {
    const limit = limitOf(standard, table, item, row)
    if (limit !== null && value >= limit.low && value <= limit.high) return { name: row, index }
  }
  return { name: table.beyond, index: table.rows.length }
}

/** The row that a person means: class III may be written `III`, `Ⅲ`, `Ⅲ类` or 3 where rows are numbers. */
export function toRow({ rows }: TableSpec, text: string | number | boolean): string | undefined {
  const plain = String(text).normalize('NFKC').trim().replace(/类$/, '')
  return rows.find((row) => row.toLowerCase() === plain.toLowerCase())
}
