import type { Param } from '../engine.ts'

/** Collects conditions with their parameters: `add('at >=', 'timestamptz', …)` gives `at >= $1::timestamptz`. */
export interface Where {
  add(comparison: string, type: string, value: Param | undefined): void
  /** `(a, b) > ($2::text, $3::text)`: the keyset form of "after this row". */
  addKey(comparison: string, parts: readonly { type: string; value: Param }[]): void
  /** `column in ($1::text, $2::text)`; of no values nothing is. */
  addOneOf(column: string, type: string, values: readonly Param[]): void
  /** One more parameter, for example the limit. */
  param(type: string, value: Param): string
  /** `where …`, or nothing. */
  text(): string
  readonly params: Param[]
}

export function createWhere(): Where {
  const conditions: string[] = []
  const params: Param[] = []
  const param = (type: string, value: Param) => `$${params.push(value)}::${type}`
  return {
    add(comparison, type, value) {
      if (value !== undefined) conditions.push(`${comparison} ${param(type, value)}`)
    },
    addKey(comparison, parts) {
      conditions.push(`${comparison} (${parts.map(({ type, value }) => param(type, value)).join(', ')})`)
    },
    addOneOf(column, type, values) {
      const list = values.map((value) => param(type, value)).join(', ')
      conditions.push(values.length === 0 ? 'false' : `${column} in (${list})`)
    },
    param,
    text: () => (conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`),
    params,
  }
}
