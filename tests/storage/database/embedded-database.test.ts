import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Log, silentLog } from '../../../core/log.ts'
import { migrate } from '../../../storage/database/migrate.ts'
import type { HistoryOptions } from '../../../storage/database/open-history.ts'
import { findDump, readDumpManifest } from '../../../storage/database/pglite-dump.ts'
import { openPgliteEngine } from '../../../storage/database/pglite-engine.ts'
import {
  INITDB_OPTIONS,
  makeDataFolder,
  pgliteVersion,
  preparedFolderPath,
} from '../../../storage/database/pglite-folder.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ARRIVAL_MS, type JournaledHistory, openJournaledHistory, readings } from './journaled-history.ts'

interface Said {
  message: string
  facts: Record<string, unknown>
}

/** A database in a folder, and what it said on the way. */
async function open(change: Partial<HistoryOptions> = {}) {
  const folder = await temporaryFolder()
  const dir = join(folder, 'database')
  const dumpDir = join(folder, 'dump')
  const said: Said[] = []
  const note = (facts: object, message: string) => said.push({ message, facts: facts as Record<string, unknown> })
  const log: Log = { error: note, warn: note, info: note, debug: note }
  const stack = await openJournaledHistory(join(folder, 'journals'), {
    engine: { kind: 'pglite', dir },
    dumpDir,
    log,
    ...change,
  })
  onTestFinished(() => stack.close())
  const origins = () =>
    said.filter(({ message }) => message === 'database folder made').map(({ facts }) => facts.origin)
  const starts = () => said.filter(({ message }) => message === 'database ready').map(({ facts }) => facts.drained)
  return { dir, dumpDir, stack, said, origins, starts }
}

const PAGE_BYTES = 8_192
let sent = 0
/** Some readings that were not sent before. */
async function send(stack: JournaledHistory, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await stack.arrive(readings(`d-${++sent}`, [{ metric: 'x', atMs: ARRIVAL_MS + sent, value: sent }]))
  await stack.drained()
}

const count = (stack: JournaledHistory) => stack.history.countReadings({ limit: 1 })

/** Writes noise over the second half of files, from a page's start, without changing their size. */
async function scramble(dir: string, wanted: (file: string) => boolean): Promise<number> {
  let scrambled = 0
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !wanted(path.slice(dir.length + 1))) continue
    const bytes = statSync(path).size
    const from = Math.floor(bytes / 2 / PAGE_BYTES) * PAGE_BYTES
    const handle = await openFile(path, 'r+')
    await handle.write(Buffer.alloc(bytes - from, 0xa5), 0, undefined, from)
    await handle.close()
    scrambled++
  }
  return scrambled
}

const SCHEMA = `
select 'column' as kind, c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) as what
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and c.relkind in ('r', 'p')
union all select 'index', indexdef from pg_indexes where schemaname = 'public'
union all select 'constraint', pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
order by 1, 2`

describe('the prepared data folder', () => {
  it('is there for the installed PGlite, small, and holds the schema that the migrations make', async () => {
    const folder = await temporaryFolder()
    const prepared = join(folder, 'prepared')
    const fresh = join(folder, 'fresh')
    expect(statSync(preparedFolderPath(pgliteVersion())).size).toBeLessThan(2_000_000)

    expect(await makeDataFolder(prepared, join(folder, 'none'), silentLog)).toBe('prepared')
    await (await PGlite.create(fresh, { initDbStartParams: INITDB_OPTIONS })).close()

    const schemas = []
    for (const dir of [prepared, fresh]) {
      const engine = await openPgliteEngine(dir)
      await migrate(engine, silentLog)
      schemas.push(await engine.read((db) => db.query(SCHEMA)))
      await engine.close()
    }
    expect(schemas[0]).toEqual(schemas[1])
    expect(schemas[0]?.length).toBeGreaterThan(50)
  })

  it('makes the folder of a first start', async () => {
    const { origins, stack } = await open()

    expect(origins()).toEqual(['prepared'])
    expect(stack.history.status()).toEqual({ engine: 'pglite', ready: true, intakeLag: 0, ledgerLag: 0 })
  })
})

describe('the thread', () => {
  it.runIf(process.platform === 'linux')('gives way to the others', async () => {
    await open()
    const nicenesses = readdirSync('/proc/self/task').map((task) =>
      Number(readFileSync(`/proc/self/task/${task}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16]),
    )
    expect(nicenesses).toContain(10)
    expect(getPriority()).toBe(0)
  })

  it('stores everything, also what comes while the service has no moment to spare', async () => {
    const { stack } = await open()
    const until = performance.now() + 500
    const busy = () => {
      const turnEnd = performance.now() + 20
      while (performance.now() < turnEnd);
      if (performance.now() < until) setImmediate(busy)
    }
    busy()
    const arrivals = Array.from({ length: 3_000 }, (_, i) =>
      stack.arrive(readings(`busy-${i}`, [{ metric: 'x', atMs: ARRIVAL_MS + i, value: i }])),
    )
    await Promise.all(arrivals)
    await stack.drained()

    expect(await count(stack)).toBe(3_000)
  })
})

describe('the dump', () => {
  it('says how far the journal may be released, and not before it is whole', async () => {
    const { stack, dumpDir } = await open({ dumpEveryMs: 1 })
    expect(stack.history.safeSeq('intake')).toBe(0)

    await send(stack, 3)
    // A dump that held the database up is not followed by the next at once, so this one may hold any of the three.
    const safe = await vi.waitFor(
      () => {
        const seq = stack.history.safeSeq('intake')
        expect(seq).toBeGreaterThan(0)
        return seq
      },
      { timeout: 20_000 },
    )
    expect(readDumpManifest(dumpDir)?.positions[stack.intake.id]).toBeGreaterThanOrEqual(safe)

    await stack.reopen('clean')
    expect(stack.history.safeSeq('intake')).toBe(3)
  })

  it('is made on a clean stop, and only when something changed', async () => {
    const { stack, dumpDir } = await open()
    await send(stack, 3)
    await stack.reopen('clean')
    const first = readDumpManifest(dumpDir)
    await stack.reopen('clean')

    expect(first?.positions[stack.intake.id]).toBe(3)
    expect(stack.history.safeSeq('intake')).toBe(3)
    expect(readDumpManifest(dumpDir)).toEqual(first)
  })

  it('shares the files that did not change with the dump before it, and copies the rest', async () => {
    const { stack, dir, dumpDir } = await open()
    await stack.history.close()
    const anHourAgo = new Date(Date.now() - 3_600_000)
    for (const file of filesOf(dir)) utimesSync(file, anHourAgo, anHourAgo)
    await stack.reopen('clean')
    await send(stack, 3)
    await stack.reopen('clean')
    const inodes = new Map(filesOf(join(dumpDir, 'files')).map((file) => [file, statSync(file).ino]))
    await send(stack, 1)
    await stack.reopen('clean')

    const files = filesOf(join(dumpDir, 'files'))
    const shared = files.filter((file) => inodes.get(file) === statSync(file).ino)
    expect(shared.length).toBeGreaterThan(files.length / 2)
    expect(shared.length).toBeLessThan(files.length)
    await stack.reopen('power_cut')
    expect(await count(stack)).toBe(4)
  })

  it('counts when its replacement was cut short, and not when a file of it is', async () => {
    const { stack, dumpDir } = await open()
    await send(stack, 1)
    await stack.history.close()
    const whole = `${dumpDir}.old`
    renameSync(dumpDir, whole)
    cpSync(whole, dumpDir, { recursive: true })
    expect(findDump(dumpDir)).toBe(dumpDir)

    writeFileSync(join(dumpDir, 'files/global/pg_control'), '')
    expect(findDump(dumpDir)).toBe(whole)

    rmSync(join(whole, 'manifest.json'))
    expect(findDump(dumpDir)).toBeNull()
  })
})

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('an embedded database', () => {
  it('is made of the dump after a power cut, and has the rest from the journal', async () => {
    const { stack, dir, origins, starts } = await open()
    await send(stack, 5)
    await stack.reopen('clean')
    const dumped = stack.history.safeSeq('intake')
    await send(stack, 5)
    await stack.history.close()
    await scramble(dir, () => true)

    await stack.reopen('power_cut')
    await stack.drained()

    expect(dumped).toBe(5)
    expect(origins()).toEqual(['prepared', 'dump'])
    expect(starts().at(-1)).toEqual({ intake: 10, ledger: 0 })
    expect(await count(stack)).toBe(10)
  })

  it('takes up at the position of an older dump, when the journal went on after it', async () => {
    const { stack, dumpDir, starts } = await open()
    await send(stack, 5)
    await stack.history.close()
    const older = `${dumpDir}.kept`
    cpSync(dumpDir, older, { recursive: true })
    await stack.reopen('clean')
    await send(stack, 5)
    await stack.history.close()
    rmSync(dumpDir, { recursive: true })
    renameSync(older, dumpDir)

    await stack.reopen('power_cut')
    await stack.drained()

    expect(starts().at(-1)).toEqual({ intake: 5, ledger: 0 })
    expect(await count(stack)).toBe(10)
  })

  it.each([
    ['its control file is gone', (dir: string) => rmSync(join(dir, 'global/pg_control'))],
    ['its control file is empty', (dir: string) => writeFileSync(join(dir, 'global/pg_control'), '')],
    ['its version is empty', (dir: string) => writeFileSync(join(dir, 'PG_VERSION'), '')],
    ['its catalogue is noise', (dir: string) => scramble(dir, (file) => file.startsWith('base/'))],
    ['its log is gone', (dir: string) => rmSync(join(dir, 'pg_wal'), { recursive: true })],
    ['all of it is noise', (dir: string) => scramble(dir, () => true)],
  ])('is set aside and made anew when %s', async (_, damage) => {
    const { stack, dir, origins } = await open()
    await send(stack, 3)
    await stack.history.close()
    await damage(dir)

    await stack.reopen('killed')
    await vi.waitFor(() => expect(stack.history.status().ready).toBe(true), { timeout: 20_000 })
    await stack.drained()

    expect(origins()).toEqual(['prepared', 'dump'])
    expect(existsSync(`${dir}.damaged`)).toBe(true)
    expect(await count(stack)).toBe(3)
  })

  it('begins empty and stores the whole journal again when the dump does not open either', async () => {
    const { stack, dir, dumpDir, origins, starts } = await open()
    await send(stack, 3)
    await stack.history.close()
    await scramble(dir, (file) => file.startsWith('base/'))
    await scramble(join(dumpDir, 'files'), (file) => file.startsWith('base/'))

    await stack.reopen('killed')
    await vi.waitFor(() => expect(stack.history.status().ready).toBe(true), { timeout: 20_000 })
    await stack.drained()

    expect(origins()).toEqual(['prepared', 'dump', 'prepared'])
    expect(starts().at(-1)).toEqual({ intake: 0, ledger: 0 })
    expect(existsSync(`${dumpDir}.damaged`)).toBe(true)
    expect(await count(stack)).toBe(3)
  })

  it('is made anew while it runs when a query meets damage', async () => {
    const { stack, dir, origins } = await open()
    await send(stack, 400)
    await stack.history.close()
    const tables = await tablePaths(dir, 'reading_2026_03')
    expect(await scramble(dir, (file) => tables.includes(file))).toBeGreaterThan(0)
    await stack.reopen('killed')

    const outcome = await stack.history.readings({ limit: 1_000 }).catch((err: { code: string }) => err.code)
    expect(outcome).toBe('database_unavailable')
    await vi.waitFor(async () => expect(await count(stack)).toBe(400), { timeout: 25_000, interval: 200 })

    expect(origins()).toEqual(['prepared', 'dump'])
    expect(stack.history.status()).toMatchObject({ ready: true })
  })

  it('leaves a folder of another PostgreSQL version alone and says so', async () => {
    const { stack, dir } = await open()
    await stack.history.close()
    writeFileSync(join(dir, 'PG_VERSION'), '17\n')

    await stack.reopen('clean')

    expect(stack.history.status()).toMatchObject({
      ready: false,
      reason: 'the database folder was made by another version of PostgreSQL',
    })
    await expect(count(stack)).rejects.toMatchObject({ code: 'database_unavailable' })
    expect(existsSync(join(dir, 'base'))).toBe(true)
  })
})

async function tablePaths(dir: string, table: string): Promise<string[]> {
  const engine = await openPgliteEngine(dir)
  const rows = await engine.read((db) =>
    db.query<{ path: string }>(
      `select pg_relation_filepath(oid) as path from pg_class where relname = $1::text
       union all select pg_relation_filepath(indexrelid) from pg_index where indrelid = $1::text::regclass`,
      [table],
    ),
  )
  await engine.close()
  return rows.map(({ path }) => path)
}
