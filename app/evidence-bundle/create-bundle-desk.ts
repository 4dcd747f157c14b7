import type { Alert } from '../../core/alert.ts'
import {
  BUNDLE_PROOFS,
  type Bundle,
  type BundleDesk,
  type BundleManifest,
  type BundlePicture,
  type BundleRequest,
} from '../../core/bundle-desk.ts'
import type { Clock } from '../../core/clock.ts'
import type { Device } from '../../core/device.ts'
import { AppError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import type { History } from '../../core/history.ts'
import type { LedgerDesk } from '../../core/ledger-desk.ts'
import type { BundleEvent } from '../../core/ledger-entry.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { ModelsReport } from '../../core/vision-models.ts'
import { toIso } from '../../dashboards/api/to-iso.ts'
import { createGate } from '../../ingest/gate.ts'
import type { LedgerWriter } from '../ledger.ts'
import { VERSION } from '../version.ts'
import { type BundleFiles, createBundleFiles, sha256Of } from './bundle-files.ts'
import { gatherModels } from './gather-models.ts'
import { type CasePictures, gatherPictures, type PicturePorts, safe } from './gather-pictures.ts'
import { gatherReadings, readingsCsv } from './gather-readings.ts'
import { type CaseHistory, type CaseRecord, gatherRecords } from './gather-records.ts'
import { gatherRules, type RulePorts, rulesYaml } from './gather-rules.ts'
import { asInLedger, proveBundle } from './prove-bundle.ts'
import { reportPage } from './report/report-page.ts'
import { zipFiles } from './zip-files.ts'

/** Each is held in memory until it was sent. */
const AT_ONCE = 2
const MAX_WAITING = 8
const MAX_REASON = 500
/** How long the database may take to store what the ledger has. */
const STORED_WITHIN_MS = 10_000

export interface BundlePorts extends PicturePorts, RulePorts {
  history: Pick<History, 'ledger' | 'readings'>
  /** Resolves when the database has stored the ledger up to a position. */
  whenStored(seq: number): Promise<void>
  ledger: LedgerDesk
  ledgerId: string
  writer: Pick<LedgerWriter, 'write' | 'settled'>
  finding(id: string): Finding | undefined
  device(id: string): Device | undefined
  models(): ModelsReport
  title: { zh: string; en: string }
  timeZone: string
  clock: Clock
}

export function createBundleDesk(ports: BundlePorts): BundleDesk & { measurements(): Measurement[] } {
  const gate = createGate(AT_ONCE, MAX_WAITING, 'too many bundles are asked for at once')
  let taken = 0

  async function make(request: BundleRequest, release: () => void): Promise<Bundle> {
    const files = await gatherBundle(request, ports)
    taken++
    const { kind, id } = request.about
    return { name: `huying-${kind}-${safe(id)}.zip`, zip: zipFiles(files, ports.clock.nowMs()), release }
  }

  return {
    take(request) {
      if (request.reason.trim() === '' || request.reason.length > MAX_REASON)
        return Promise.reject(
          new AppError('bad_request', `say what it is for, in 1 to ${MAX_REASON} characters`, { key: 'reason' }),
        )
      return new Promise((resolve, reject) => {
        gate
          .run(async () => {
            let release = () => {}
            const released = new Promise<void>((done) => {
              release = done
            })
            resolve(await make(request, release))
            await released
          })
          .catch(reject)
      })
    },
    measurements: () => [
      {
        kind: 'counter',
        name: 'huying_bundles_taken_total',
        help: 'Evidence bundles that were taken.',
        value: taken,
      },
      {
        kind: 'counter',
        name: 'huying_bundles_refused_total',
        help: 'Evidence bundles that found no room to wait.',
        value: gate.refused,
      },
    ],
  }
}

async function gatherBundle(request: BundleRequest, ports: BundlePorts): Promise<{ path: string; bytes: Buffer }[]> {
  const { about } = request
  const { history, ledger, ledgerId } = ports
  const files = createBundleFiles()
  await stored(ports)
  const seen = await gatherRecords(about, ledgerId, history)
  const finding = findingOf(request, seen.alerts, ports)
  const pictures = await gatherPictures({ ...seen, finding }, request, files, ports)
  // Originals that were given for this bundle are in the ledger by now.
  if (request.originals) await stored(ports)
  const told = request.originals ? await gatherRecords(about, ledgerId, history) : seen
  const records = await asInLedger(told.records, ledger)
  const manifest = await fillBundle(request, { ...told, records }, { finding, pictures, files }, ports)
  const takenSeq = await writeTaken(request, sha256Of(manifest), ports)
  return [
    { path: BUNDLE_PROOFS.manifest, bytes: manifest },
    ...files.contents(),
    ...(await proveBundle(records, takenSeq, ledger)),
  ]
}

async function stored({ writer, whenStored }: BundlePorts): Promise<void> {
  const seq = await writer.settled()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const behind = new AppError('database_unavailable', 'the database has not stored all of the ledger yet')
    timer = setTimeout(() => reject(behind), STORED_WITHIN_MS)
  })
  try {
    await Promise.race([whenStored(seq), late])
  } finally {
    clearTimeout(timer)
  }
}

function findingOf({ about }: BundleRequest, alerts: Alert[], { finding }: BundlePorts): Finding | undefined {
  if (about.kind === 'finding') return finding(about.id)
  const id = alerts.find((alert) => alert.id === about.id)?.finding?.id
  return id === undefined ? undefined : finding(id)
}

/** Adds all that the manifest lists, and gives back the manifest's bytes. */
async function fillBundle(
  request: BundleRequest,
  { records, alerts, members, leftOut }: Omit<CaseHistory, 'frameIds'>,
  { finding, pictures, files }: { finding: Finding | undefined; pictures: CasePictures; files: BundleFiles },
  ports: BundlePorts,
): Promise<Buffer> {
  const { ledger, ledgerId, clock } = ports
  const nowMs = clock.nowMs()
  const alert = alerts.find(({ id }) => id === request.about.id) ?? alerts.at(-1)
  const own = alert === undefined ? [] : [alert]
  const readings = await gatherReadings([...own, ...members], request, { ...ports, nowMs })
  const { rules, leftOut: unknownRules } = gatherRules([...alerts, ...members], ports)
  const models = gatherModels(pictures.frames, ports.models())
  const lines = records.map(({ bytes }) => Buffer.concat([bytes, Buffer.from('\n')]))
  files.put('history.jsonl', Buffer.concat(lines))
  if (readings.length > 0) files.put('readings.csv', readingsCsv(readings))
  if (rules.length > 0) files.put('rule.yaml', rulesYaml(rules, ports.rules.print))
  if (models.length > 0) files.put('model.json', `${JSON.stringify({ models }, null, 2)}\n`)
  const missing = [
    ...leftOut,
    ...pictures.leftOut,
    ...readings.flatMap((some) => some.leftOut),
    ...unknownRules,
    ...files.leftOut,
  ]
  const about = {
    ...{ request, nowMs, records, alert, alerts, finding, readings, rules, models, leftOut: missing },
    ...{ frames: pictures.frames, pictures: placed(pictures.pictures, records) },
  }
  files.put('report.html', reportPage(about, ports))
  const manifest: BundleManifest = {
    format: 'huying-evidence-bundle',
    version: 1,
    about: request.about,
    takenAt: toIso(nowMs),
    takenBy: request.by,
    reason: request.reason,
    service: { name: 'huying', version: VERSION },
    ledger: { id: ledgerId, origin: ledger.origin, keys: ledger.keys().map(({ verifier }) => verifier) },
    files: files.list(),
    pictures: about.pictures,
    leftOut: missing,
  }
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
}

/** Says which records hold a picture's hash, and which name its frame. */
function placed(pictures: CasePictures['pictures'], records: CaseRecord[]): BundlePicture[] {
  const texts = records.map(({ seq, bytes }) => ({ seq, text: bytes.toString() }))
  const seqsOf = (...parts: (string | undefined)[]): number[] =>
    texts.filter(({ text }) => parts.some((part) => part !== undefined && text.includes(part))).map(({ seq }) => seq)
  return pictures.map((picture): BundlePicture => {
    const { frameId, sha256, originalSha256 } = picture
    return {
      ...picture,
      hashIn: seqsOf(sha256, originalSha256),
      frameIn: seqsOf(frameId === undefined ? undefined : JSON.stringify(frameId)),
    }
  })
}

function writeTaken(
  { about, by, reason, originals }: BundleRequest,
  manifestSha256: string,
  { writer, clock }: BundlePorts,
): Promise<number> {
  const entry: BundleEvent = {
    type: 'bundle.taken',
    atMs: clock.nowMs(),
    ...{ by, about, reason },
    ...(originals && { originals }),
    manifestSha256,
  }
  return new Promise((resolve) => writer.write(entry, resolve))
}
