import pg from 'pg'
import type { Engine, Param, Queryable } from './engine.ts'
import { sqlState } from './sql-errors.ts'

/** A statement of a reader is given up after this long, so that readers can't pile up. */
const READ_TIMEOUT_MS = 15_000
/** A write is one batch of a second at most; longer silence means the connection is dead without knowing it. */
const WRITE_TIMEOUT_MS = 60_000
/** A migration may index years of readings. */
const SCRIPT_TIMEOUT_MS = 60 * 60_000
const CONNECT_TIMEOUT_MS = 5_000
const READERS = 4
/** What the server says of every statement after the one that failed. */
const IN_FAILED_TRANSACTION = '25P02'

/**
 * A PostgreSQL server. Connects when first used; `onBroken` is told of connections that die while idle.
 * One connection writes, four read.
 */
export function openPostgresEngine(url: string, onBroken: (err: Error) => void): Engine {
  const shared = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'huying',
  }
  const writer = new pg.Pool({ ...shared, max: 1, query_timeout: WRITE_TIMEOUT_MS, pipeline: true })
  const readers = new pg.Pool({ ...shared, max: READERS, statement_timeout: READ_TIMEOUT_MS })
  writer.on('error', onBroken)
  readers.on('error', onBroken)

  async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken = false
    const onError = () => {
      broken = true
    }
    client.on('error', onError)
    try {
      return await work(client)
    } catch (err) {
      broken ||= !(err instanceof pg.DatabaseError) || err.severity === 'FATAL'
      throw err
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  return {
    kind: 'postgres',
    read: (work) => withClient(readers, (client) => work(toQueryable(client))),
    write: (work) => withClient(writer, (client) => inTransaction(client, work)),
    async close() {
      await Promise.all([writer.end(), readers.end()])
    },
  }
}

function toQueryable(client: pg.PoolClient): Queryable {
  return {
    async query<Row>(sql: string, params: Param[] = []) {
      const result = await client.query(sql, params)
      return result.rows as Row[]
    },
    async script(sql) {
      const patient = { text: sql, query_timeout: SCRIPT_TIMEOUT_MS }
      await client.query(patient)
    },
  }
}

/**
 * Statements are sent without waiting for the one before: a batch costs two round trips, its own and the commit's. Once
 * one has failed, the server refuses all others until the rollback; the first failure is the one thrown.
 */
async function inTransaction<T>(client: pg.PoolClient, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const db = toQueryable(client)
  let firstFailure: unknown = null
  const noting = <R>(result: Promise<R>): Promise<R> =>
    result.catch((err: unknown) => {
      firstFailure ??= err
      throw err
    })
  const begun = noting(client.query('begin'))
  try {
    const tx: Queryable = {
      query: (sql, params) => noting(db.query(sql, params)),
      script: (sql) => noting(db.script(sql)),
    }
    const [result] = await Promise.all([work(tx), begun])
    await client.query('commit')
    return result
  } catch (err) {
    await client.query('rollback').catch(() => {})
    throw sqlState(err) === IN_FAILED_TRANSACTION ? firstFailure : err
  }
}
