import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createBundleDesk } from '../../../app/evidence-bundle/create-bundle-desk.ts'
import { createPictureDesk } from '../../../app/picture-desk.ts'
import type { Alert } from '../../../core/alert.ts'
import type { BundleRequest } from '../../../core/bundle-desk.ts'
import type { Finding } from '../../../core/finding.ts'
import type { FrameRow, ReadingRow } from '../../../core/history.ts'
import type { AlertEvent, LedgerEntry } from '../../../core/ledger-entry.ts'
import type { RuleSpec, RuleVersion } from '../../../core/rule-change.ts'
import { assetPath } from '../../../core/source-path.ts'
import type { ModelInForce } from '../../../core/vision-models.ts'
import { printRules } from '../../../detectors/rules/files/print-rules.ts'
import { alertOf } from '../../dashboards/alert-of.ts'
import { askRecords } from '../../dashboards/memory-ledger.ts'
import { openALedger } from '../../storage/ledger/a-ledger.ts'
import { temporaryFolder } from '../../storage/temporary-folder.ts'

export const RAISED_MS = Date.UTC(2026, 10, 22, 9)
export const FRAME_JPEG = readFileSync(assetPath('simulators/frames/river-debris.jpg'))
export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export const smoke: RuleSpec = {
  id: 'smoke-high',
  title: { zh: '烟雾浓度超限', en: 'Smoke density high' },
  category: 'fire',
  kind: 'threshold',
}

const model: ModelInForce = {
  id: 'river@3',
  sha256: 'a'.repeat(64),
  family: 'compact',
  ...{ inputs: [], outputs: [], widthPx: 320, heightPx: 320, classes: ['debris'], thresholds: {} },
  ...{ licence: 'Apache-2.0', origin: 'tests', sinceMs: RAISED_MS, workers: 1 },
}

/** A bundle desk over a real ledger, with readings, frames and rules in memory. */
export async function openABundleDesk() {
  const clock = { ms: RAISED_MS }
  const ledger = await openALedger(await temporaryFolder(), { clock })
  const readings: ReadingRow[] = []
  const frames = new Map<string, FrameRow>()
  const shown = new Map<string, Buffer>()
  const originals = new Map<string, Buffer>()
  const findings = new Map<string, Finding>()
  const versions = new Map<string, RuleVersion[]>()
  const stored = { isBehind: false }
  const { desk: proofs, journal, writer } = ledger
  const nowMs = () => clock.ms

  async function decide(...entries: LedgerEntry[]): Promise<void> {
    for (const entry of entries) writer.write(entry)
    await writer.settled()
  }

  const desk = createBundleDesk({
    ...{ ledger: proofs, ledgerId: journal.id, writer, clock: { nowMs } },
    history: {
      ledger: async (query) =>
        askRecords(
          (await journal.read(0, 100_000)).map(({ bytes }) => bytes),
          query,
        ),
      readings: async ({ device, metric, fromMs = 0, toMs = Number.POSITIVE_INFINITY, limit, cursor = '0' }) => {
        const from = Number(cursor)
        const found = readings.filter(
          (row) =>
            row.device === device && (metric ?? row.metric) === row.metric && row.atMs >= fromMs && row.atMs < toMs,
        )
        const items = found.slice(from, from + limit)
        return { items, ...(found.length > from + limit && { nextCursor: `${from + limit}` }) }
      },
    },
    whenStored: () => (stored.isBehind ? new Promise(() => {}) : Promise.resolve()),
    frame: async (frameId) => frames.get(frameId) ?? null,
    pictures: createPictureDesk({
      originals: { get: async (sha256) => originals.get(sha256) ?? null },
      ledger: writer,
      clock: { nowMs },
    }),
    shown: { get: async (sha256) => shown.get(sha256) ?? null },
    openAlerts: () => [],
    rules: { versions: (id) => versions.get(id) ?? [], print: printRules },
    ruleHashAt: (id) => (versions.has(id) ? 'c0ffee' : undefined),
    finding: (id) => findings.get(id),
    device: () => undefined,
    models: () => ({ active: model, shadow: null, comparison: null, fault: null }),
    title: { zh: '文津街道', en: 'Wenjin Sub-district' },
    timeZone: 'Asia/Shanghai',
  })

  return {
    ...{ desk, ledger, clock, stored, readings, findings, versions, decide },
    addFrame(row: Partial<FrameRow> & { frameId: string }, annotated?: Buffer): FrameRow {
      originals.set(sha256Of(FRAME_JPEG), FRAME_JPEG)
      const annotatedSha256 = annotated && sha256Of(annotated)
      if (annotated && annotatedSha256) shown.set(annotatedSha256, annotated)
      const made: FrameRow = {
        ...{ device: 'drone-1', atMs: RAISED_MS, sha256: sha256Of(FRAME_JPEG), widthPx: 640, heightPx: 640, pose: {} },
        ...{
          state: 'analysed',
          model: 'river@3',
          detections: [{ label: 'debris', score: 0.87, box: [100, 120, 90, 60] }],
        },
        ...(annotatedSha256 && { annotatedSha256 }),
        ...row,
      }
      frames.set(row.frameId, made)
      return made
    },
    /** The bytes of a bundle of one alert, taken by `li`. */
    async take(request: Partial<BundleRequest> = {}): Promise<Buffer> {
      const bundle = await desk.take({
        ...{ about: { kind: 'alert', id: 'a-1' }, by: 'li', reason: 'an inquiry', originals: false },
        ...request,
      })
      const pieces: Uint8Array[] = []
      for await (const piece of bundle.zip) pieces.push(piece)
      bundle.release()
      return Buffer.concat(pieces)
    },
  }
}

export type ABundleDesk = Awaited<ReturnType<typeof openABundleDesk>>

export function event(type: AlertEvent['type'], change: Partial<Alert>, more: Partial<AlertEvent> = {}): AlertEvent {
  return { type, atMs: RAISED_MS, alert: alertOf({ id: 'a-1', ruleVersion: 'c0ffee', ...change }), ...more }
}

/** An alert with everything that a bundle tells: device, rule, words of people, readings, a picture. */
export async function tellOfSmoke(rig: ABundleDesk): Promise<void> {
  const { decide, readings, versions, addFrame, clock } = rig
  const alert = { subject: { device: 'SN-1', metric: 'smoke_dbm' }, frameId: 'frame-1' }
  versions.set('smoke-high', [
    { version: 2, atMs: RAISED_MS - 1_000_000, by: 'zhou', source: 'api', spec: smoke },
    { version: 3, atMs: RAISED_MS + 50_000, by: 'zhou', source: 'api', spec: { ...smoke, notes: 'later' } },
  ])
  const put = (atMs: number, version: number): LedgerEntry => ({
    ...{ type: 'rules.changed', atMs, by: 'zhou' },
    changes: [{ rule: 'smoke-high', version, source: 'api', before: null, own: smoke, file: null }],
  })
  await decide(
    {
      ...{ type: 'device.registered', atMs: RAISED_MS - 2_000_000, by: 'admin' },
      device: { id: 'SN-1', type: 'smoke-detector', registeredAtMs: 0, tokenHash: 'sha256:00' },
    },
    put(RAISED_MS - 1_500_000, 1),
    put(RAISED_MS - 1_000_000, 2),
    event('alert.raised', { id: 'a-other' }),
    event('alert.raised', alert),
    event('alert.updated', { ...alert, version: 2 }),
    put(RAISED_MS + 50_000, 3),
    event('alert.acknowledged', { ...alert, version: 3 }, { by: 'li', comment: 'on my way', atMs: RAISED_MS + 60_000 }),
    event(
      'alert.cleared',
      { ...alert, version: 4, state: 'cleared', clearedAtMs: RAISED_MS + 600_000 },
      { atMs: RAISED_MS + 600_000 },
    ),
  )
  for (let atMs = RAISED_MS - 5_400_000; atMs < RAISED_MS + 5_400_000; atMs += 30_000)
    readings.push({ device: 'SN-1', metric: 'smoke_dbm', atMs, value: atMs < RAISED_MS ? 0.01 : 0.25, arrivalMs: atMs })
  addFrame({ frameId: 'frame-1' }, FRAME_JPEG.subarray(0, 1000))
  clock.ms = RAISED_MS + 86_400_000
}
