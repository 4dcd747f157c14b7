import Type, { type Static } from 'typebox'
import { FIELD_NAME } from '../../../core/device.ts'
import type { Objection } from '../objection.ts'

const TEXT = Type.String({ minLength: 1, maxLength: 200, description: 'a text of 1 to 200 characters' })
const NAME = Type.String({ pattern: FIELD_NAME.source, description: '1 to 64 letters, digits, ".", "_" or "-"' })
const NUMBER = Type.Number({ description: 'a number' })
const PAIR = Type.Array(NUMBER, { minItems: 2, maxItems: 2 })

const ITEM = Type.Object(
  {
    unit: Type.String({ maxLength: 20, description: 'a text of at most 20 characters' }),
    limit: Type.Enum(['max', 'min', 'range'], { description: 'one of max, min, range' }),
    verified: Type.Boolean({ description: 'true or false' }),
    values: Type.Record(TEXT, Type.Union([NUMBER, PAIR, Type.Array(PAIR, { minItems: 2 })]), {
      description: 'for each row a number, a range [low, high], or the corners of a curve [[x, limit], …]',
    }),
  },
  { additionalProperties: false },
)

const TABLE = Type.Object(
  {
    id: NAME,
    clause: TEXT,
    row: Type.String({ pattern: '\\{row\\}', maxLength: 200, description: 'a text with {row} in it' }),
    rows: Type.Array(TEXT, { minItems: 1, maxItems: 20, uniqueItems: true, description: 'a list of texts' }),
    beyond: Type.Optional(TEXT),
    over: Type.Optional(Type.Object({ name: TEXT, unit: TEXT }, { additionalProperties: false })),
    items: Type.Record(NAME, ITEM, { minProperties: 1, description: 'items, each with unit, limit, verified, values' }),
  },
  { additionalProperties: false },
)

/** One standard as data: limits by table, item and row. Rows of a graded table (`beyond`) run from best to worst. */
export const STANDARD = Type.Object(
  {
    id: NAME,
    title: Type.Object({ zh: TEXT, en: TEXT }, { additionalProperties: false }),
    edition: TEXT,
    source: TEXT,
    tables: Type.Array(TABLE, { minItems: 1, description: 'a list of tables' }),
  },
  { additionalProperties: false },
)
export type StandardSpec = Static<typeof STANDARD>
export type TableSpec = StandardSpec['tables'][number]
export type ItemSpec = TableSpec['items'][string]
export type Corners = [x: number, limit: number][]

/** Rows without a value, values of the wrong shape, curves that go back, grades that do not get worse. */
export function standardObjections({ tables }: StandardSpec): Objection[] {
  return tables.flatMap((table, index) =>
    Object.entries(table.items).flatMap(([name, item]) =>
      itemFaults(table, item).map((message) => ({ path: ['tables', String(index), 'items', name], message })),
    ),
  )
}

function itemFaults(table: TableSpec, { limit, values }: ItemSpec): string[] {
  const missing = table.rows.filter((row) => values[row] === undefined).map((row) => `row ${row} is missing`)
  const strange = Object.keys(values)
    .filter((row) => !table.rows.includes(row))
    .map((row) => `there is no row ${row}`)
  const misshapen = Object.entries(values)
    .filter(([, value]) => !isOfShape(value, limit, table.over !== undefined))
    .map(([row]) => `the value of row ${row} does not fit its limit, or the curve goes back`)
  const found = [...missing, ...strange, ...misshapen]
  if (found.length > 0 || table.beyond === undefined || limit === 'range') return found
  const steps = table.rows.map((row) => values[row] as number)
  const isWorsening = steps.every(
    (step, i) => i === 0 || (limit === 'max' ? step >= steps[i - 1]! : step <= steps[i - 1]!),
  )
  return isWorsening ? [] : ['the rows must run from the best to the worst']
}

function isOfShape(value: unknown, limit: ItemSpec['limit'], hasCurves: boolean): boolean {
  if (typeof value === 'number') return limit !== 'range'
  if (isCorners(value))
    return hasCurves && limit !== 'range' && value.every(([x], i) => i === 0 || x > value[i - 1]![0])
  const [low, high] = value as number[]
  return limit === 'range' && low! < high!
}

export function isCorners(value: unknown): value is Corners {
  return Array.isArray(value) && Array.isArray(value[0])
}
