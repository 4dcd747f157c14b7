import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { AppError, toAppError } from '../../core/errors.ts'
import type { BuildingView } from '../../dashboards/house-contract.ts'
import type { ApiClient } from '../api-client.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'

const PAGE = 500
/** Somebody else has reports made; each of them takes a moment. */
const TRIES = 10
const WAIT_MS = 1_000

interface Options extends Reaching {
  all?: boolean
  month: string
  out?: string
  language: string
  json?: boolean
}

/** `huying houses report`: conservation reports of one house, or of all, one after the other. */
export function addHouseReportCommand(houses: Command, program: Command): void {
  reaching(houses.command('report [id]'))
    .requiredOption('--month <month>', 'which month, 2026-10')
    .option('--all', 'of every house of the register, into a folder')
    .option('--out <path>', 'file, or with --all the folder; without it the report of one house is printed')
    .option('--language <language>', 'zh or en', 'zh')
    .option('--json', 'as data')
    .description('conservation report of one month: limits, exceedances, trends, warnings, visits')
    .action(async (id: string | undefined, options: Options) => {
      if ((id === undefined) === (options.all !== true)) throw new AppError('bad_request', 'name a house, or say --all')
      const client = clientOf(program, options)
      if (id === undefined) return reportAll(client, options)
      const text = await askReport(client, id, options)
      if (options.out === undefined) process.stdout.write(text)
      else await writeFile(options.out, text)
    })
}

async function reportAll(client: ApiClient, options: Options): Promise<void> {
  const { out, month, json } = options
  if (out === undefined) throw new AppError('bad_request', 'with --all, say the folder: --out FOLDER')
  await mkdir(out, { recursive: true })
  const begunMs = performance.now()
  const failed: string[] = []
  let made = 0
  for await (const { id } of allHouses(client)) {
    try {
      await writeFile(join(out, `${id}-${month}.${json ? 'json' : 'html'}`), await askReport(client, id, options))
      made++
    } catch (thrown) {
      const error = toAppError(thrown)
      // What is wrong with the question is wrong for every house.
      if (error.code !== 'not_found' && error.code !== 'overloaded' && error.code !== 'database_unavailable')
        throw error
      failed.push(`${id}: ${error.message}`)
    }
  }
  const seconds = (performance.now() - begunMs) / 1000
  console.log(`${made} reports in ${out}, ${seconds.toFixed(1)} s`)
  if (failed.length > 0) throw new AppError('internal', ['these could not be made:', ...failed].join('\n'))
}

async function* allHouses(client: ApiClient): AsyncGenerator<BuildingView> {
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== undefined && { cursor }) })
    const page = await client.call<{ items: BuildingView[]; nextCursor?: string }>('GET', `/api/v1/buildings?${query}`)
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== undefined)
}

async function askReport(client: ApiClient, id: string, { month, language, json }: Options): Promise<string> {
  const path = `/api/v1/buildings/${encodeURIComponent(id)}/report`
  const query = new URLSearchParams({ month, ...(!json && { language }) })
  for (let tried = 1; ; tried++) {
    try {
      return await client.text(`${path}${json ? '.json' : ''}?${query}`)
    } catch (thrown) {
      if (tried >= TRIES || toAppError(thrown).code !== 'overloaded') throw thrown
      await wait(WAIT_MS)
    }
  }
}
