import type { Clock } from '../core/clock.ts'
import type { PixelBox } from '../core/detection.ts'
import { AppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { FrameRow } from '../core/history.ts'
import type { Measurement } from '../core/measurement.ts'
import type { PictureDesk, PictureView } from '../core/picture-desk.ts'
import { overlaySvg, PERSON } from '../detectors/vision/annotate.ts'
import type { Box } from '../detectors/vision/box.ts'
import { evidenceCrop } from '../detectors/vision/evidence-crop.ts'
import { coverOf, renderShown, type ShownPicture, wholePicture } from '../detectors/vision/redact.ts'
import { createGate } from '../ingest/gate.ts'
import { createByteCache } from './byte-cache.ts'
import type { LedgerWriter } from './ledger.ts'

const CACHE_BYTES = 64 * 1024 * 1024
/** Each holds a whole decoded picture: 36 MB of a 12-megapixel one. */
const AT_ONCE = 2
const MAX_WAITING = 64
/** As the analysis takes them. */
const MAX_PIXELS = 100_000_000
const MAX_REASON = 500

export function createPictureDesk(ports: {
  /** Frames as they were sent. */
  originals: Pick<EvidenceStore, 'get'>
  ledger: Pick<LedgerWriter, 'write'>
  clock: Clock
}): PictureDesk & { measurements(): Measurement[] } {
  const { originals, ledger, clock } = ports
  const cache = createByteCache(CACHE_BYTES)
  const gate = createGate(AT_ONCE, MAX_WAITING, 'too many pictures are asked for at once')
  let originalsViewed = 0

  async function bytesOf({ sha256, frameId }: FrameRow): Promise<Buffer> {
    const bytes = await originals.get(sha256)
    if (bytes === null) throw new AppError('not_found', 'the picture is no longer stored', { frameId })
    return bytes
  }

  function render(frame: FrameRow, picture: ShownPicture): Promise<Buffer> {
    const { crop, cover, overlay } = picture
    const key = JSON.stringify([frame.sha256, crop, cover, overlay?.toString()])
    return cache.get(key, () => gate.run(async () => renderShown(await bytesOf(frame), picture, MAX_PIXELS)))
  }

  return {
    async frame(frame, { longestPx, open }) {
      checkShown(frame)
      const crop = wholePicture(sizeOf(frame), longestPx)
      return render(frame, { crop, cover: coverOf(peopleOf(frame), open ? toBox(open) : null) })
    },
    async crop(frame, box, view) {
      checkShown(frame)
      const crop = shrunk(evidenceCrop([toBox(box)], sizeOf(frame)), view.longestPx)
      const cover = coverOf(peopleOf(frame), view.open ? toBox(view.open) : null)
      return render(frame, { crop, cover, ...overlayOf(crop, box, view.mark) })
    },
    async original(frame, by, reason) {
      if (reason.trim() === '' || reason.length > MAX_REASON)
        throw new AppError('bad_request', `say why, in 1 to ${MAX_REASON} characters`, { key: 'reason' })
      const bytes = await bytesOf(frame)
      const { frameId, sha256 } = frame
      await new Promise<void>((resolve) =>
        ledger.write({ type: 'original.viewed', atMs: clock.nowMs(), by, frameId, sha256, reason }, () => resolve()),
      )
      originalsViewed++
      return bytes
    },
    measurements: () => [
      {
        kind: 'gauge',
        name: 'huying_pictures_waiting',
        help: 'Pictures that wait to be made for showing.',
        value: gate.waiting,
      },
      {
        kind: 'counter',
        name: 'huying_pictures_refused_total',
        help: 'Pictures that found no room to wait.',
        value: gate.refused,
      },
      {
        kind: 'gauge',
        name: 'huying_pictures_kept_bytes',
        help: 'Pictures kept for showing again.',
        value: cache.bytes,
      },
      {
        kind: 'counter',
        name: 'huying_originals_viewed_total',
        help: 'Originals that were looked at.',
        value: originalsViewed,
      },
    ],
  }
}

/** Where people are is known only once the model has looked. */
function checkShown({ state, frameId, reason }: FrameRow): void {
  if (state === 'queued')
    throw new AppError('not_analysed', 'not looked at yet, so nobody in it is covered', { frameId, state })
  if (state === 'refused')
    throw new AppError('not_found', 'it could not be looked at; there is only the original', {
      ...{ frameId, state },
      ...(reason !== undefined && { reason }),
    })
}

function peopleOf({ detections, people = [] }: FrameRow): Box[] {
  return [...detections.filter(({ label }) => label === PERSON).map(({ box }) => box), ...people].map(toBox)
}

function toBox([x, y, width, height]: PixelBox): Box {
  return { x1: x, y1: y, x2: x + width, y2: y + height }
}

function sizeOf({ widthPx, heightPx }: FrameRow): { width: number; height: number } {
  return { width: widthPx, height: heightPx }
}

function shrunk(crop: ShownPicture['crop'], longestPx: PictureView['longestPx']): ShownPicture['crop'] {
  return longestPx === undefined ? crop : { ...crop, shown: wholePicture(crop.shown, longestPx).shown }
}

function overlayOf(
  crop: ShownPicture['crop'],
  box: PixelBox,
  mark: { label: string; score: number } | undefined,
): Pick<ShownPicture, 'overlay' | 'chromaSubsampling'> {
  if (mark === undefined) return {}
  const svg = overlaySvg(crop, [{ ...toBox(box), classIndex: 0, score: mark.score }], [mark.label])
  return { overlay: Buffer.from(svg), chromaSubsampling: '4:4:4' }
}
