import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { AppError, ERROR_CODES } from '../../core/errors.ts'
import type { ImportFault } from '../../core/house-desk.ts'
import type { FiledRecordView } from '../../dashboards/house-contract.ts'
import type { ApiClient } from '../api-client.ts'
import { readBytes, toFaultLines } from './houses.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'
import { configOf } from './service.ts'

const AT_ONCE = 8
const SHOWN = 100

/** `huying records …`: what registers and offices file. */
export function addRecordsCommand(program: Command): void {
  const records = program.command('records').description('records of registers and offices')

  reaching(records.command('import <path>'))
    .option('--dry-run', 'only say what is wrong')
    .description(
      'file the records of a CSV or JSON-lines file, or of all such files of a folder; the same again changes nothing',
    )
    .action(async (path: string, options: Reaching & { dryRun?: boolean }) => {
      const { parseRecords } = await import('../../ingest/registers/parse-records.ts')
      const { timeZone } = configOf(program)
      const client = clientOf(program, options)
      let faulty = 0
      for (const file of await filesOf(path)) {
        const { records: found, faults } = parseRecords(file, await readBytes(file), timeZone)
        const refused = options.dryRun ? [] : await fileAll(client, found)
        for (const line of toFaultLines(file, [...faults, ...refused])) console.error(line)
        faulty += faults.length + refused.length
        console.log(`${file}: ${found.length - refused.length} records ${options.dryRun ? 'read' : 'filed'}`)
      }
      if (faulty > 0) throw new AppError('bad_request', `${faulty} rows were not filed`)
    })

  reaching(records.command('unmatched'))
    .option('--json', 'one JSON array')
    .description('records that wait for a person to say which house they are about')
    .action(async ({ json, ...options }: Reaching & { json?: boolean }) => {
      const path = `/api/v1/records/unmatched?limit=${SHOWN}`
      const { items } = await clientOf(program, options).call<{ items: FiledRecordView[] }>('GET', path)
      if (json) console.log(JSON.stringify(items))
      else for (const record of items) console.log(toLine(record))
    })

  reaching(records.command('match <source> <recordId> <building>'))
    .option('--note <text>', 'why')
    .description('say which house a record is about; "none" for none of ours')
    .action(
      async (
        source: string,
        recordId: string,
        building: string,
        { note, ...options }: Reaching & { note?: string },
      ) => {
        const path = `/api/v1/records/${encodeURIComponent(source)}/${encodeURIComponent(recordId)}/match`
        const word = { building: building === 'none' ? null : building, ...(note !== undefined && { note }) }
        console.log(toLine(await clientOf(program, options).call<FiledRecordView>('POST', path, word)))
      },
    )
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('bad_request', `${path} cannot be read`, {}, { cause })
  })
  if (!found.isDirectory()) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => /\.(csv|tsv|txt|jsonl|ndjson)$/i.test(name))
    .sort()
    .map((name) => join(path, name))
}

/** Files all; what is refused comes back with its row, and what the service cannot take now ends it. */
async function fileAll(
  client: ApiClient,
  found: { row: number; record: Record<string, unknown> }[],
): Promise<ImportFault[]> {
  const refused: ImportFault[] = []
  for (let i = 0; i < found.length; i += AT_ONCE) {
    const batch = found.slice(i, i + AT_ONCE).map(({ row, record }) =>
      client.call('POST', '/api/v1/records', record).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code === 'internal' || ERROR_CODES[error.code].retry) throw error
        refused.push({ row, message: error.message })
      }),
    )
    await Promise.all(batch)
  }
  return refused.sort((a, b) => a.row - b.row)
}

function toLine({ source, recordId, recordType, address = '', building, match }: FiledRecordView): string {
  const likely = (match.candidates ?? []).map((one) => `${one.building} ${one.confidence}`).join(', ')
  return `${source}\t${recordId}\t${recordType}\t${address}\t${building ?? (match.how === 'unmatched' ? likely : 'none')}`
}
