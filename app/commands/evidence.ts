import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'

interface Options extends Reaching {
  out: string
  reason: string
  originals?: boolean
  before?: string
  after?: string
}

export function addEvidenceCommand(program: Command): void {
  const command = program.command('evidence').description('take all that is known of one alert or finding, with proofs')
  for (const kind of ['alert', 'finding'] as const)
    reaching(command.command(`${kind} <id>`))
      .requiredOption('--out <file>', 'where the zip goes')
      .requiredOption('--reason <text>', 'what it is taken for; written into the ledger')
      .option('--originals', 'with pictures as they were sent; needs the right `originals`')
      .option('--before <seconds>', 'readings from so long before')
      .option('--after <seconds>', 'readings until so long after')
      .description(`take the evidence bundle of one ${kind}`)
      .action(async (id: string, options: Options) => takeBundle(program, `${kind}s`, id, options))
}

async function takeBundle(program: Command, collection: string, id: string, options: Options): Promise<void> {
  const { out, reason, originals, before, after } = options
  const query = new URLSearchParams({ reason })
  if (originals) query.set('originals', 'true')
  if (before !== undefined) query.set('before', before)
  if (after !== undefined) query.set('after', after)
  const zip = await clientOf(program, options).download(
    `/api/v1/${collection}/${encodeURIComponent(id)}/bundle?${query}`,
  )
  // It appears whole or not at all.
  const draft = `${out}.part`
  try {
    await pipeline(zip, createWriteStream(draft))
    await rename(draft, out)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new AppError('internal', `the bundle could not be written to ${out}`, {}, { cause })
  }
  console.log(`${out}\nhuying ledger verify ${out}`)
}
