import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import type { ImportFault, ImportOutcome } from '../../core/house-desk.ts'
import type { BuildingView, SuspicionView } from '../../dashboards/house-contract.ts'
import { addHouseReportCommand } from './house-report.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'

const PAGE = 1_000

/** `huying houses …`: the register of houses of a running service. */
export function addHousesCommand(program: Command): void {
  const houses = program.command('houses').description('the register of historic houses of a running service')

  reaching(houses.command('import <file>'))
    .option('--dry-run', 'only say what would change, and what is wrong')
    .description('take over a list of houses: CSV as spreadsheets save it, or GeoJSON; all of it or nothing')
    .action(async (file: string, options: Reaching & { dryRun?: boolean }) => {
      const path = `/api/v1/buildings/import?dryRun=${options.dryRun === true}`
      const type = /\.(geo)?json$/i.test(file) ? 'application/geo+json' : 'text/csv'
      const bytes = await readBytes(file)
      const outcome = await clientOf(program, options)
        .upload<ImportOutcome>(path, bytes, type)
        .catch(explainFaults(file))
      console.log(toText(outcome))
    })

  reaching(houses.command('export'))
    .option('--lang <lang>', 'column names: zh or en', 'zh')
    .description('print the register as CSV, to be changed and imported again')
    .action(async ({ lang, ...options }: Reaching & { lang: string }) => {
      const path = `/api/v1/buildings.csv?${new URLSearchParams({ lang })}`
      // What is read as a text loses the byte order mark, without which spreadsheet programs misread Chinese.
      process.stdout.write(`\uFEFF${await clientOf(program, options).text(path)}`)
    })

  reaching(houses.command('suspicion <id>'))
    .option('--json', 'as the API gives it')
    .description('what is thought of works in one house, and all that it rests on')
    .action(async (id: string, { json, ...options }: Reaching & { json?: boolean }) => {
      const path = `/api/v1/buildings/${encodeURIComponent(id)}/suspicion`
      const found = await clientOf(program, options).call<SuspicionView>('GET', path)
      console.log(json ? JSON.stringify(found) : toEvidenceLines(found).join('\n'))
    })

  reaching(houses.command('list'))
    .option('--text <text>', 'an address in any spelling, or a piece of what is known')
    .option('--json', 'one JSON array')
    .description('list houses')
    .action(async ({ text, json, ...options }: Reaching & { text?: string; json?: boolean }) => {
      const query = new URLSearchParams({ limit: String(PAGE), ...(text !== undefined && { text }) })
      const { items } = await clientOf(program, options).call<{ items: BuildingView[] }>(
        'GET',
        `/api/v1/buildings?${query}`,
      )
      if (json) console.log(JSON.stringify(items))
      else
        for (const { id, address, protection, use = '' } of items)
          console.log(`${id}\t${address}\t${protection}\t${use}`)
    })
  addHouseReportCommand(houses, program)
}

/** One line for what is thought, then one for each piece of evidence. */
function toEvidenceLines({ building, state, probability, filing, visitBy, evidence }: SuspicionView): string[] {
  const asked = filing === undefined ? '' : ` · filing ${filing.record?.filing ?? filing.record?.recordId ?? 'none'}`
  const head = `${building} ${state} ${(probability * 100).toFixed(1)} %${asked}${visitBy ? ` · visit by ${visitBy}` : ''}`
  const lines = evidence.map(({ title, at, weight, otherCauses }) => {
    const causes = otherCauses.map(({ title: { en }, leaves }) => `${en} ×${leaves.toFixed(2)}`)
    return [`${weight < 0 ? '' : '+'}${weight.toFixed(2)}`, title.en, at, ...causes].join('\t')
  })
  return [head, ...lines]
}

export async function readBytes(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new AppError('bad_request', `${file} cannot be read`, {}, { cause })
  })
}

function toText({ added, changed, unchanged, applied, ignored, encoding }: ImportOutcome): string {
  const left = ignored.length > 0 ? `; passed over: ${ignored.join(', ')}` : ''
  const end = applied ? '' : ' (nothing was changed yet)'
  return `${added} new, ${changed} changed, ${unchanged} unchanged, read as ${encoding}${left}${end}`
}

/** One line for each fault, with its row. */
export function toFaultLines(file: string, faults: ImportFault[]): string[] {
  return faults.map(({ row, field, message }) => `${file}:${row}${field === undefined ? '' : ` ${field}`}: ${message}`)
}

function explainFaults(file: string): (error: unknown) => never {
  return (error) => {
    const faults = error instanceof AppError ? (error.details.faults as ImportFault[] | undefined) : undefined
    if (faults === undefined) throw error
    throw new AppError('bad_request', ['nothing was taken over:', ...toFaultLines(file, faults)].join('\n'))
  }
}
