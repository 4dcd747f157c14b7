import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import type { Engine, Queryable } from '../../../storage/database/engine.ts'
import { chooseFlavour, listMigrations, migrate } from '../../../storage/database/migrate.ts'
import { openPostgresEngine } from '../../../storage/database/postgres-engine.ts'
import { testEngines } from './engines.ts'

const served = testEngines().filter(({ name }) => name === 'postgres')

describe.each(served)('migrations of $name', (test) => {
  it('are applied once each when several starters race', async () => {
    const settings = await test.fresh()
    const url = settings.kind === 'postgres' ? settings.url : ''
    const engines = Array.from({ length: 5 }, () => openPostgresEngine(url, () => {}))
    const applied: string[] = []
    const log = { ...silentLog, info: (facts: object) => applied.push((facts as { migration: string }).migration) }

    const flavours = await Promise.all(engines.map((engine) => migrate(engine, log)))

    const names = listMigrations('plain').map(({ name }) => name)
    expect(flavours).toEqual(Array(5).fill('plain'))
    expect(applied.sort()).toEqual(names)
    const [first] = engines
    expect(await first?.read((db) => db.query('select name from migration order by name'))).toEqual(
      names.map((name) => ({ name })),
    )
    await Promise.all(engines.map((engine) => engine.close()))
  })
})

describe('the migrations', () => {
  it('differ between flavours only in how readings are kept', () => {
    const plain = listMigrations('plain')
    const timescale = listMigrations('timescale')

    expect(timescale.map(({ name }) => name)).toEqual(plain.map(({ name }) => name))
    expect(timescale.filter(({ path }, i) => path !== plain[i]?.path).map(({ name }) => name)).toEqual([
      '0002-readings',
    ])
  })
})

/** A server that answers what pg_available_extensions would say, and notes what it is told to create. */
function serverWith(answers: object[][], onScript: (sql: string) => void = () => {}): Engine {
  const db: Queryable = {
    query: async <Row>() => (answers.shift() ?? []) as Row[],
    script: async (sql) => onScript(sql),
  }
  return { kind: 'postgres', read: (work) => work(db), write: (work) => work(db), close: async () => {} }
}

describe('how readings are kept', () => {
  const installed = { installed: true, preloaded: true, license: 'timescale' }
  const available = { installed: false, preloaded: true, license: 'timescale' }

  it.each([
    ['plain', 'when the server has no TimescaleDB', [[]]],
    ['timescale', 'when it is installed in this database', [[installed], [installed]]],
    ['timescale', 'when it is there and could be installed', [[available], [installed]]],
    ['plain', 'when it is there and the server did not load it', [[{ ...available, preloaded: false }]]],
    [
      'plain',
      'when its licence lacks compression',
      [[{ ...installed, license: 'apache' }], [{ ...installed, license: 'apache' }]],
    ],
  ])('is %s %s', async (flavour, _, answers) => {
    expect(await chooseFlavour(serverWith(answers), silentLog)).toBe(flavour)
  })

  it('is plain when the extension may not be created', async () => {
    const server = serverWith([[available]], () => {
      throw new Error('permission denied to create extension "timescaledb"')
    })

    expect(await chooseFlavour(server, silentLog)).toBe('plain')
  })

  it('is timescale only with the hypertable, compression and hourly aggregate of its own migration', async () => {
    const scripts: string[] = []
    const server: Engine = {
      kind: 'postgres',
      read: (work) => work(queryable([{ there: false, ...installed }])),
      write: (work) => work(queryable([{ name: 'claimed' }])),
      close: async () => {},
    }
    function queryable(rows: object[]): Queryable {
      return {
        query: async <Row>(sql: string) => (sql.includes('from migration order') ? [] : rows) as Row[],
        script: async (sql) => {
          scripts.push(sql)
        },
      }
    }

    expect(await migrate(server, silentLog)).toBe('timescale')
    const all = scripts.join('\n')
    expect(all).toContain("create_hypertable('reading', 'at'")
    expect(all).toContain("add_compression_policy('reading'")
    expect(all).toContain('timescaledb.continuous')
    expect(all).not.toContain('partition by range')
  })
})
