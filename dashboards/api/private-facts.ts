import type { FastifyRequest } from 'fastify'
import type { Building } from '../../core/building.ts'
import type { ConservationReport } from '../../core/conservation-report.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { RecordEntry } from '../../core/observation.ts'
import { COMMON_FACTS, REGISTER_TYPES } from '../../core/register-record.ts'
import type { BuildingFileView, FiledRecordView } from '../house-contract.ts'

/** Who owns, lets and rents, and what is said in free words, is for those who act; who may only look sees the beginnings of names. */
export function seesNames({ caller }: Pick<FastifyRequest, 'caller'>): boolean {
  return caller?.kind === 'client' && caller.rights !== 'view'
}

/** 王* for 王小明: names of people cannot be told from those of firms. */
export function coveredName(name: string): string {
  const [first = ''] = name
  return `${first}*`
}

export function withoutNames({ notes: _, ...building }: Building): Building {
  return building.owner === undefined ? building : { ...building, owner: coveredName(building.owner) }
}

export function recordWithoutNames(record: FiledRecordView): FiledRecordView {
  const { note: _, ...match } = record.match
  return { ...record, match, facts: covered(record.recordType, record.facts) }
}

export function fileWithoutNames(file: BuildingFileView): BuildingFileView {
  const { building, records, visits, visitRequest, pictures } = file
  return {
    ...file,
    building: withoutNames(building),
    records: records.map(recordWithoutNames),
    pictures: pictures.map(({ caption: _, ...picture }) => picture),
    visits: visits.map(({ note: _, ...visit }) => visit),
    visitRequest: visitRequest && withoutNote(visitRequest),
  }
}

function withoutNote<T extends { note?: string }>({ note: _, ...said }: T): Omit<T, 'note'> {
  return said
}

/** A conservation report for who may only look. */
export function reportWithoutNames(report: ConservationReport): ConservationReport {
  const { building, records, visits } = report
  return {
    ...report,
    building: withoutNames(building),
    records: records.map((record) => ({ ...record, facts: covered(record.recordType, record.facts) })),
    visits: visits.map(({ note: _, ...visit }) => visit),
  }
}

export function bodyWithoutNames({ recordType, body }: Pick<RecordEntry, 'recordType' | 'body'>): RecordEntry['body'] {
  return covered(recordType, body)
}

const NAMES = new Set(['tenant', 'landlord', 'business', 'contractor'])
const WORDS = new Set(['remarks', 'description'])
const PUBLIC = new Set(Object.keys(COMMON_FACTS).filter((name) => !WORDS.has(name)))

/** What the type is known to say, without words; of a type that is not known only what every record may say. */
function covered<T extends FiledRecord['facts'] | RecordEntry['body']>(type: string, facts: T): T {
  const own = Object.hasOwn(REGISTER_TYPES, type) ? REGISTER_TYPES[type as keyof typeof REGISTER_TYPES] : {}
  const isNamed = (name: string) =>
    NAMES.has(name) || (type !== 'scope.changed' && (name === 'before' || name === 'after'))
  const seen = Object.entries(facts)
    .filter(([name]) => PUBLIC.has(name) || (Object.hasOwn(own, name) && !WORDS.has(name)))
    .map(([name, value]) => [name, isNamed(name) && typeof value === 'string' ? coveredName(value) : value])
  return Object.fromEntries(seen) as T
}
