import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import { explainFault } from '../../core/ledger-audit/ledger-fault.ts'
import { verifyCheckpoint } from '../../core/ledger-audit/signed-trees.ts'
import { makeSignerKey, parseSignerKey, parseVerifierKey } from '../../core/notes/note-keys.ts'
import { parseNote, signText } from '../../core/notes/signed-note.ts'
import { writeSecret } from '../../storage/ledger/key-file.ts'
import { createTextFile } from '../../storage/text-file.ts'
import { bundleJson, bundleWords, verifyBundleFiles } from '../evidence-bundle/verify-bundle-files.ts'
import { exportLedger, withKeys } from '../ledger-files/ledger-export.ts'
import { readDataFolder } from '../ledger-files/read-data-folder.ts'
import { type FileVerdict, verifyLedgerFiles } from '../ledger-files/verify-files.ts'
import { witnessLedger } from '../ledger-files/witness.ts'
import { list } from './device-options.ts'
import { wholeNumber } from './options.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'
import { configOf } from './service.ts'

export function addLedgerCommand(program: Command): void {
  const ledger = program.command('ledger').description('the record of everything that was decided, and its proofs')
  addExport(ledger, program)
  addVerify(ledger)
  addKeys(ledger, program)
  addWitness(ledger, program)
}

function addExport(ledger: Command, program: Command): void {
  ledger
    .command('export')
    .argument('[folder]', 'data folder (default: the configured one); the service may run')
    .option('-o, --out <file>', 'write here instead of standard output')
    .option('--from <position>', 'leave out the records before this one', wholeNumber, 1)
    .description('one file with the records byte for byte, checkpoints, hashes and keys')
    .action(async (folder: string | undefined, options: { out?: string; from: number }) => {
      const config = configOf(program)
      const source = await readDataFolder(resolve(folder ?? config.dataDir), warn)
      const witnesses = config.ledger.witnesses.map(parseVerifierKey)
      const out = options.out === undefined ? process.stdout : createWriteStream(options.out)
      for await (const line of exportLedger(withKeys(source, witnesses), options.from)) {
        out.write(line)
        if (!out.write('\n')) await once(out, 'drain')
      }
      if (out === process.stdout) return
      out.end()
      await once(out, 'finish')
    })
}

interface Verifying {
  key: string[]
  checkpoint: string[]
  json?: boolean
}

function addVerify(ledger: Command): void {
  ledger
    .command('verify')
    .argument('<paths...>', 'exports, data folders, evidence bundles; several are also compared with each other')
    .option('--key <verifier>', 'key that you trust, given to you by another way; may be repeated', list, [])
    .option('--checkpoint <file>', 'checkpoint that somebody else was given; may be repeated', list, [])
    .option('--json', 'one JSON array')
    .description('prove that nothing was changed, or name the first bad record; exit code 1 if there is one')
    .action(async (paths: string[], { key, checkpoint, json }: Verifying) => {
      const keys = key.map(parseVerifierKey)
      const { bundles, rest } = await verifyBundleFiles(paths, keys)
      const notes = bundles.flatMap((bundle) => bundle.note ?? [])
      const verdicts = await verifyLedgerFiles(rest, { keys, checkpointFiles: checkpoint, notes })
      if (json) console.log(JSON.stringify([...verdicts.map(toJson), ...bundles.map(bundleJson)]))
      else for (const words of [...verdicts.map(toWords), ...bundles.map(bundleWords)]) console.log(words)
      const isBent = verdicts.some(({ fault }) => fault !== null) || bundles.some(({ faults }) => faults.length > 0)
      if (isBent) process.exitCode = 1
    })
}

function toJson({ rootHash, ...verdict }: FileVerdict) {
  return { ...verdict, ok: verdict.fault === null, rootHash: rootHash.toString('hex') }
}

function toWords(verdict: FileVerdict): string {
  const { path, origin, size, provenTo, checkpoints, unchained, isKeyGiven, notes, fault } = verdict
  const lines = [
    `${path}: ${fault ? `BENT: ${explainFault(fault)}` : 'fine'}`,
    `  ledger ${origin}, ${size} records, ${checkpoints} checkpoints`,
    `  signed and proven up to record ${provenTo}${!fault && provenTo < size ? `; ${size - provenTo} behind it are chained and not signed yet` : ''}`,
  ]
  if (unchained > 0)
    lines.push(`  records 1 to ${unchained} are of an earlier version: not chained, covered by the tree`)
  if (!isKeyGiven)
    lines.push(
      '  its key was taken from where the records came from; --key with the one that you were given proves more',
    )
  return [...lines, ...notes.map((note) => `  note: ${note}`)].join('\n')
}

function addKeys(ledger: Command, program: Command): void {
  ledger
    .command('key')
    .argument('[folder]', 'data folder (default: the configured one)')
    .description('print the key that verifies the checkpoints of this ledger')
    .action(async (folder: string | undefined) => {
      const { keys, origin } = await readDataFolder(resolve(folder ?? configOf(program).dataDir), warn)
      const own = keys.filter(({ name }) => name === origin).at(-1)
      if (!own) throw new AppError('not_found', 'this ledger was never signed', { origin })
      console.log(own.text)
    })
  ledger
    .command('new-key <name>')
    .requiredOption('-o, --out <file>', 'file for the private key, readable by you alone')
    .description('make a key for a department to counter-sign with; prints its verifier key')
    .action(async (name: string, { out }: { out: string }) => {
      const key = makeSignerKey(name, 'cosignature')
      await writeSecret(out, key.privateText)
      console.log(key.text)
    })
  ledger
    .command('sign <checkpoint>')
    .requiredOption('--key <file>', 'private key, as new-key made it')
    .option('--ledger-key <verifier>', 'refuse a checkpoint that this key did not sign')
    .description('counter-sign a checkpoint in a file; prints the line to send back')
    .action(async (path: string, options: { key: string; ledgerKey?: string }) => {
      const note = await readFile(path, 'utf8')
      if (options.ledgerKey !== undefined) verifyCheckpoint(note, [parseVerifierKey(options.ledgerKey)])
      const key = parseSignerKey(await readFile(options.key, 'utf8'))
      console.log(signText(parseNote(note).text, key, Date.now()))
    })
}

interface Witnessing extends Reaching {
  key: string
  ledgerKey: string
  state: string
}

function addWitness(ledger: Command, program: Command): void {
  reaching(ledger.command('witness'))
    .requiredOption('--key <file>', 'private key, as new-key made it')
    .requiredOption('--ledger-key <verifier>', 'key of the ledger, given to you by another way')
    .requiredOption('--state <file>', 'keeps the checkpoint that was signed last')
    .description('counter-sign the newest checkpoint of a running service, if it continues the one signed last')
    .action(async (options: Witnessing) => {
      const keys = {
        own: parseSignerKey(await readFile(options.key, 'utf8')),
        ledger: parseVerifierKey(options.ledgerKey),
      }
      const state = createTextFile(resolve(options.state))
      const signed = await witnessLedger(clientOf(program, options), keys, await state.load(), Date.now())
      if (signed) await state.save(signed.note)
      console.log(signed ? `signed: ${signed.checkpoint.size} records` : 'nothing new since the last time')
    })
}

function warn(words: string): void {
  console.error(`huying: ${words}`)
}
