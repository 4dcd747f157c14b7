import Value from 'typebox/value'
import { normaliseAddress } from '../core/address/normalise.ts'
import type { Building } from '../core/building.ts'
import { BuildingFacts } from '../core/building-schema.ts'
import { AppError } from '../core/errors.ts'

/** The same without white space around its texts, and without texts that are nothing else, and with one zero. Throws `bad_request` naming the field. */
export function tidyBuilding({ id, ...facts }: Building): Building {
  const tidy = trimmed(facts) as BuildingFacts
  const [fault] = Value.Errors(BuildingFacts, tidy)
  if (fault === undefined && normaliseAddress(tidy.address) !== '') return { id, ...tidy }
  const key = fault?.instancePath.slice(1).replaceAll('/', '.') || 'address'
  throw new AppError('bad_request', `${key}: ${fault?.message ?? 'says nothing'}`, { key })
}

function trimmed(value: unknown): unknown {
  if (typeof value === 'string') return value.trim()
  if (value === 0) return 0
  if (Array.isArray(value)) return value.map(trimmed).filter((one) => one !== '')
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, trimmed(inner)] as const)
  return Object.fromEntries(entries.filter(([key, inner]) => inner !== '' || MAY_BE_EMPTY.has(key)))
}

/** Parts of a limit. */
const MAY_BE_EMPTY = new Set(['unit', 'pack', 'line'])
