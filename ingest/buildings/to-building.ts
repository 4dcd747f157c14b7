import Value from 'typebox/value'
import { BuildingFacts, BuildingId } from '../../core/building-schema.ts'
import type { ImportedBuilding, ImportFault } from '../../core/house-desk.ts'
import { toField, toProtection, toStructure } from './building-words.ts'
import { cutCell, LIST_SEPARATORS, plainText } from './cell-list.ts'
import { parseLimits } from './limits-text.ts'

const LISTS = new Set(['spellings', 'sensors'])
const NUMBERS = new Set(['year', 'storeys', 'lat', 'lon'])

/** One row as its source names things, to a building. What is empty was not said. */
export function toBuilding(
  row: number,
  said: Record<string, unknown>,
  given: Partial<ImportedBuilding['building']> = {},
): { building?: ImportedBuilding; faults: ImportFault[] } {
  const faults: ImportFault[] = []
  const fields: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(said)) {
    const field = toField(column)
    if (field === null || value === null || value === undefined || value === '') continue
    const read = field === 'limits' && typeof value === 'string' ? parseLimits(value) : readField(field, value)
    if (read === null)
      faults.push({ row, field: column, message: `${JSON.stringify(value).slice(0, 60)} means nothing here` })
    else if (field === 'limits' && typeof read === 'string') faults.push({ row, field: column, message: read })
    else fields[field] = read
  }
  const { lat, lon, id, ...rest } = fields
  const isPlaced = lat !== undefined || lon !== undefined
  const { id: givenId, ...placed } = given
  const facts = { protection: 'traditional', ...placed, ...(isPlaced && { position: { lat, lon } }), ...rest }
  for (const { instancePath, message } of plainErrors(facts)) {
    const field = instancePath.slice(1).replaceAll('/', '.')
    faults.push({ row, ...(field !== '' && { field }), message })
  }
  const ownId = id === undefined ? givenId : String(id)
  if (ownId !== undefined && !Value.Check(BuildingId, ownId))
    faults.push({ row, field: 'id', message: 'must be 1 to 64 of letters, digits, ".", "_", "-"' })
  if (faults.length > 0) return { faults }
  const { protection, ...others } = facts as BuildingFacts
  const isProtectionSaid = fields.protection !== undefined
  const building = { ...others, ...(isProtectionSaid && { protection }), ...(ownId !== undefined && { id: ownId }) }
  return { building: { row, building: building as ImportedBuilding['building'] }, faults: [] }
}

/** Of a limit, which may be of two kinds, only that it is none. */
function plainErrors(facts: unknown): { instancePath: string; message: string }[] {
  const errors = Value.Errors(BuildingFacts, facts)
  const others = errors.filter(({ instancePath }) => !instancePath.startsWith('/limits/'))
  const limits = errors.flatMap(({ instancePath }) => /^\/limits\/\d+/.exec(instancePath)?.[0] ?? [])
  return [...others, ...[...new Set(limits)].map((instancePath) => ({ instancePath, message: 'is no limit' }))]
}

/** Null where the value means nothing for the field. */
function readField(field: string, value: unknown): unknown {
  if (typeof value !== 'string')
    return NUMBERS.has(field) || LISTS.has(field) || field === 'limits' ? value : String(value)
  const text = value.trim()
  if (field === 'protection') return toProtection(text)
  if (field === 'structure') return toStructure(text)
  if (field === 'lastRepair')
    return text
      .replace(/[./年月]/g, '-')
      .replace(/[-日]+$/, '')
      .replace(/-(\d)(?!\d)/g, '-0$1')
  if (LISTS.has(field)) return cutCell(text, LIST_SEPARATORS).map(plainText)
  if (!NUMBERS.has(field)) return text
  const number = Number(text.replace(/[年层]$/, ''))
  return Number.isFinite(number) ? number : null
}
