import type { Alert } from '../../core/alert.ts'
import type { BundlePicture, BundleRequest, LeftOut } from '../../core/bundle-desk.ts'
import type { PixelBox } from '../../core/detection.ts'
import { toAppError } from '../../core/errors.ts'
import type { EvidenceStore } from '../../core/evidence-store.ts'
import type { Finding } from '../../core/finding.ts'
import type { FrameRow } from '../../core/history.ts'
import type { PictureDesk } from '../../core/picture-desk.ts'
import { boxInFrame, shownPerson } from '../../dashboards/api/shown-person.ts'
import { type BundleFiles, sha256Of } from './bundle-files.ts'

/** A frame of the case, for the report. */
export interface CaseFrame {
  row: FrameRow
  /** What was seen in it, where that is known. */
  seen?: { label: string; score: number }
  /** Files of the bundle. */
  paths: string[]
  /** Small enough to stand in the report itself. */
  whole?: Buffer
  crop?: Buffer
}

export interface CasePictures {
  frames: CaseFrame[]
  pictures: Omit<BundlePicture, 'hashIn' | 'frameIn'>[]
  leftOut: LeftOut[]
}

export interface PicturePorts {
  /** From memory, else from the database; null: there is no such frame. */
  frame(frameId: string): Promise<FrameRow | null>
  pictures: PictureDesk
  /** Pictures that were made when the model looked. */
  shown: Pick<EvidenceStore, 'get'>
  openAlerts(): Alert[]
}

const MAX_FRAMES = 12
/** Frames whose pictures stand in the report; all are in the bundle. */
const IN_REPORT = 6
const REPORT_PX = 1_000
const REPORT_CROP_PX = 600

/**
 * Adds the pictures of a case to the bundle, the most telling first, as those see them who may see no more; originals besides where
 * they are asked for. What cannot be had is left out and said. Throws `overloaded`, `database_unavailable`.
 */
export async function gatherPictures(
  { alerts, frameIds, finding }: { alerts: Alert[]; frameIds: string[]; finding: Finding | undefined },
  request: Pick<BundleRequest, 'by' | 'reason' | 'originals'>,
  files: BundleFiles,
  ports: PicturePorts,
): Promise<CasePictures> {
  const found: CasePictures = { frames: [], pictures: [], leftOut: [] }
  const ids = frameIdsOf(frameIds, alerts, finding)
  if (ids.length > MAX_FRAMES)
    found.leftOut.push({ what: `${ids.length - MAX_FRAMES} more frames`, why: `a bundle has ${MAX_FRAMES}` })
  for (const [index, frameId] of ids.slice(0, MAX_FRAMES).entries()) {
    const row = await ports.frame(frameId)
    if (row === null) {
      found.leftOut.push({ what: `frame ${frameId}`, why: 'it is not known any more' })
      continue
    }
    const frame = { row, ...seenIn(row, alerts, finding), paths: [] }
    found.frames.push(frame)
    const stem = `pictures/${String(index + 1).padStart(2, '0')}-${safe(frameId)}`
    await addFrame({ frame, stem, isInReport: index < IN_REPORT }, { finding, request, files, found, ports })
  }
  await addEvidence(alerts, { files, found, ports })
  return found
}

/** The frame that raised it, the one that shows the finding best, its flights, newest first, then what else the alerts named. */
function frameIdsOf([first, ...others]: string[], alerts: Alert[], finding: Finding | undefined): string[] {
  const ids = [
    ...[first, finding?.best.frameId, ...alerts.map(({ finding: of }) => of?.frameId), finding?.lastLook.frameId],
    ...(finding?.flights ?? []).map(({ best }) => best.frameId).reverse(),
    ...others,
  ]
  return [...new Set(ids.filter((id) => id !== undefined))]
}

interface Adding {
  finding: Finding | undefined
  request: Pick<BundleRequest, 'by' | 'reason' | 'originals'>
  files: BundleFiles
  found: CasePictures
  ports: PicturePorts
}

async function addFrame(
  { frame, stem, isInReport }: { frame: CaseFrame & { box?: PixelBox }; stem: string; isInReport: boolean },
  { finding, request, files, found, ports }: Adding,
): Promise<void> {
  const { row, seen, box } = frame
  const { frameId } = row
  const { pictures } = ports
  const open = finding === undefined ? {} : shownPerson(finding, frameId, { alerts: { open: ports.openAlerts } })
  async function add(kind: BundlePicture['kind'], path: string, make: () => Promise<Buffer | null>): Promise<void> {
    const bytes = await madeOrTold(path, make, found)
    if (bytes === null || !files.add(path, bytes)) return
    frame.paths.push(path)
    found.pictures.push({ path, kind, frameId, sha256: sha256Of(bytes), originalSha256: row.sha256 })
  }
  await add('shown', `${stem}.jpg`, () => pictures.frame(row, open))
  if (box !== undefined)
    await add('crop', `${stem}-crop.jpg`, () => pictures.crop(row, box, { ...open, ...(seen && { mark: seen }) }))
  const { annotatedSha256 } = row
  if (annotatedSha256 !== undefined)
    await add('annotated', `${stem}-annotated.jpg`, () => ports.shown.get(annotatedSha256))
  if (request.originals)
    await add('original', `${stem}-original.jpg`, () => pictures.original(row, request.by, request.reason))
  if (!isInReport || !frame.paths.includes(`${stem}.jpg`)) return
  frame.whole = await pictures.frame(row, { ...open, longestPx: REPORT_PX })
  if (box !== undefined)
    frame.crop = await pictures.crop(row, box, { ...open, longestPx: REPORT_CROP_PX, ...(seen && { mark: seen }) })
}

/** What cannot be shown now is left out; that there is no time for it now is for the caller to hear. */
async function madeOrTold(
  path: string,
  make: () => Promise<Buffer | null>,
  { leftOut }: CasePictures,
): Promise<Buffer | null> {
  try {
    const bytes = await make()
    if (bytes === null) leftOut.push({ what: path, why: 'it is no longer stored' })
    return bytes
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'not_analysed' && error.code !== 'not_found') throw thrown
    leftOut.push({ what: path, why: error.message })
    return null
  }
}

/** Where in a frame the thing is: the finding's own box, else the surest detection of what the alert is about. */
function seenIn(row: FrameRow, alerts: Alert[], finding: Finding | undefined): Partial<CaseFrame> & { box?: PixelBox } {
  const known = finding === undefined ? undefined : boxInFrame(finding, row.frameId)
  if (finding !== undefined && known !== undefined) {
    const sighting = [finding.best, ...finding.flights.map(({ best }) => best)].find(
      ({ frameId }) => frameId === row.frameId,
    )
    return { box: known, seen: { label: finding.label, score: sighting?.score ?? finding.score } }
  }
  const labels = new Set([...alerts.map(({ subject }) => subject.label), finding?.label])
  const [surest] = row.detections.filter(({ label }) => labels.has(label)).sort((a, b) => b.score - a.score)
  return surest === undefined ? {} : { box: surest.box, seen: { label: surest.label, score: surest.score } }
}

/** Pictures that the alerts name by their hash and that no frame brought. */
async function addEvidence(
  alerts: Alert[],
  { files, found, ports }: Omit<Adding, 'finding' | 'request'>,
): Promise<void> {
  const known = new Set(found.pictures.map(({ sha256 }) => sha256))
  const named = [...new Set(alerts.flatMap(({ evidence }) => evidence))].filter((sha256) => !known.has(sha256))
  for (const sha256 of named.slice(0, MAX_FRAMES)) {
    const path = `pictures/${safe(sha256)}.jpg`
    const bytes = await madeOrTold(path, () => ports.shown.get(sha256), found)
    if (bytes !== null && files.add(path, bytes)) found.pictures.push({ path, kind: 'annotated', sha256 })
  }
}

/** For the name of a file, everywhere. */
export function safe(id: string): string {
  return id
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 80)
}
