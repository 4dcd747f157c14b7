import { PGlite, protocol } from '@electric-sql/pglite'
import type { Engine, Param, Queryable } from './engine.ts'
import { createTurns } from './turns.ts'

/** The embedded engine adds what a dump needs: nobody else touches the database while `work` runs. */
export interface PgliteEngine extends Engine {
  exclusive<T>(work: (db: Queryable) => Promise<T>): Promise<T>
}

const { serialize } = protocol

/**
 * Opens a data folder that exists already (pglite-folder.ts makes one). Runs on the calling thread: use a worker.
 * Takes no lock on the folder. Throws what PostgreSQL says of a damaged folder.
 */
export async function openPgliteEngine(dir: string): Promise<PgliteEngine> {
  const db = await PGlite.create(dir, { relaxedDurability: true })
  const turns = createTurns()
  const queryable = inOrder({
    query: (sql, params) => runStatement(db, sql, params ?? []),
    async script(sql) {
      await db.exec(sql)
    },
  })

  async function inTransaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    await db.exec('begin')
    try {
      const result = await work(queryable)
      await db.exec('commit')
      return result
    } catch (err) {
      await db.exec('rollback').catch(() => {})
      throw err
    }
  }

  return {
    kind: 'pglite',
    read: (work) => turns.take('read', () => work(queryable)),
    write: (work) => turns.take('write', () => inTransaction(work)),
    exclusive: (work) => turns.take('write', () => work(queryable)),
    close: () => turns.take('write', () => db.close()),
  }
}

/** PGlite mixes up the answers of statements that are sent at once: each waits for the one before. */
function inOrder(db: Queryable): Queryable {
  let last: Promise<unknown> = Promise.resolve()
  function next<T>(run: () => Promise<T>): Promise<T> {
    const result = last.then(run, run)
    last = result.catch(() => {})
    return result
  }
  return { query: (sql, params) => next(() => db.query(sql, params)), script: (sql) => next(() => db.script(sql)) }
}

/** One statement by the extended protocol, so that Buffers travel in binary form (PGlite's own `query` sends text only). */
async function runStatement<Row>(db: PGlite, sql: string, params: Param[]): Promise<Row[]> {
  const values = params.map((param) => (typeof param === 'number' || typeof param === 'boolean' ? `${param}` : param))
  const request = Buffer.concat([
    serialize.parse({ text: sql }),
    serialize.bind({ values }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ])
  const { messages } = await db.execProtocol(request)
  let columns: Column[] = []
  const rows: Row[] = []
  for (const message of messages) {
    if (isRowDescription(message)) columns = message.fields
    if (isDataRow(message)) rows.push(toRow(columns, message.fields) as Row)
  }
  return rows
}

interface Column {
  name: string
  dataTypeID: number
}

function isRowDescription(message: { name: string }): message is { name: string; fields: Column[] } {
  return message.name === 'rowDescription'
}

function isDataRow(message: { name: string }): message is { name: string; fields: (string | null)[] } {
  return message.name === 'dataRow'
}

function toRow(columns: Column[], fields: (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const [i, column] of columns.entries()) row[column.name] = toValue(column.dataTypeID, fields[i] ?? null)
  return row
}

/** The types our statements return: bool 16, int2 21, int4 23, json 114, float8 701, jsonb 3802; all others are text. */
function toValue(typeOid: number, text: string | null): unknown {
  if (text === null) return null
  if (typeOid === 16) return text === 't'
  if (typeOid === 21 || typeOid === 23 || typeOid === 701) return Number(text)
  if (typeOid === 114 || typeOid === 3802) return JSON.parse(text)
  return text
}
