/**
 * A query parameter: null, text or number in PostgreSQL's text form, or a Buffer in its *binary* form (arrays for
 * `unnest`, see binary-array.ts). The statement names every type: `$1::text[]`.
 */
export type Param = string | number | boolean | null | Buffer

/**
 * Something that runs one statement and gives its rows: float8, int and bool as numbers and booleans, jsonb parsed.
 * Statements asked for at once run in that order.
 */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, params?: Param[]): Promise<Row[]>
  /** Several statements without parameters, as in a migration file. */
  script(sql: string): Promise<void>
}

/** One PostgreSQL, embedded or served. Errors are those of the driver: sql-errors.ts knows what they mean. */
export interface Engine {
  readonly kind: 'pglite' | 'postgres'
  /** Runs outside of a transaction, beside the writer where the engine can. */
  read<T>(work: (db: Queryable) => Promise<T>): Promise<T>
  /** One transaction at a time; rolled back when `work` throws. */
  write<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  close(): Promise<void>
}
