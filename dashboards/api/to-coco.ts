import type { PixelBox } from '../../core/detection.ts'
import { type Finding, isDismissed, reviewStateOf, type Verdict } from '../../core/finding.ts'
import type { FrameRow } from '../../core/history.ts'
import { toIso } from './to-iso.ts'

/** A file as the COCO evaluation and its tools read it; what is ours begins with `huying:`, which they pass by. */
export interface Coco {
  info: Record<string, unknown>
  licenses: never[]
  categories: { id: number; name: string; supercategory: string }[]
  images: CocoImage[]
  annotations: CocoAnnotation[]
  /** What models reported and reviewers rejected: hard negatives. */
  'huying:rejected': RejectedBox[]
}

interface CocoImage {
  id: number
  file_name: string
  width: number
  height: number
  date_captured: string
  coco_url: string
  'huying:frame': string
  'huying:sha256': string
  /** Findings in it that nobody decided on: what is not annotated there may be something all the same. */
  'huying:undecided': number
}

interface Reviewed {
  image_id: number
  bbox: PixelBox
  'huying:finding': string
  'huying:model': string
  'huying:score': number
}

interface CocoAnnotation extends Reviewed {
  id: number
  category_id: number
  area: number
  iscrowd: 0
  /** `redrawn`: the box is a person's; else it is the model's. */
  'huying:verdict': 'confirmed' | 'not_ours' | 'duplicate' | 'reclassed' | 'redrawn'
}

interface RejectedBox extends Reviewed {
  label: string
  reason: string
  note?: string
}

/** A box that a reviewer looked at. */
export interface ReviewedBox {
  finding: Finding
  frameId: string
  box: PixelBox
  model: string
  score: number
  verdict: CocoAnnotation['huying:verdict'] | 'rejected'
}

/**
 * The boxes that verdicts are about: of the best picture, which reviewers see, and those that they drew. A duplicate
 * counts where `isRight` says that what it is the same as was right. Undecided ones have none.
 */
export function reviewedBoxes(finding: Finding, isRight: (findingId: string) => boolean): ReviewedBox[] {
  const state = reviewStateOf(finding)
  const drawn = new Map(
    finding.verdicts.filter(isRedrawn).map(({ frameId, box }) => [frameId, box] as [string, PixelBox]),
  )
  if (state === 'undecided') return []
  if (state === 'duplicate' && !isRight(duplicateOf(finding))) return []
  const { best } = finding
  const base = { finding, model: best.model, score: best.score }
  if (state === 'rejected') return [{ ...base, frameId: best.frameId, box: best.box, verdict: 'rejected' }]
  const isReclassed = finding.modelLabel !== undefined && finding.modelLabel !== finding.label
  const verdict = state === 'confirmed' && isReclassed ? 'reclassed' : state
  const redrawn = [...drawn].map(([frameId, box]) => ({ ...base, frameId, box, verdict: 'redrawn' as const }))
  if (drawn.has(best.frameId)) return redrawn
  return [{ ...base, frameId: best.frameId, box: best.box, verdict }, ...redrawn]
}

function isRedrawn(verdict: Verdict): verdict is Verdict & { verdict: 'redrawn' } {
  return verdict.verdict === 'redrawn'
}

function duplicateOf({ verdicts }: Finding): string {
  const last = verdicts.findLast(({ verdict }) => verdict === 'duplicate')
  return last?.verdict === 'duplicate' ? last.of : ''
}

/** Confirmed, or right and not ours to mend. */
export function isRightFinding(finding: Finding | undefined): boolean {
  if (finding === undefined) return false
  const state = reviewStateOf(finding)
  return state === 'not_ours' || (state !== 'undecided' && !isDismissed(state))
}

/** Boxes of frames that are not among `frames` are left out and counted in `info`. */
export function toCoco(
  boxes: ReviewedBox[],
  frames: Map<string, FrameRow>,
  options: {
    urlOf(frame: FrameRow): string
    undecidedIn(frameId: string): number
    info: Record<string, unknown>
  },
): Coco {
  const shown = boxes.filter(({ frameId }) => frames.has(frameId))
  const frameIds = [...new Set(shown.map(({ frameId }) => frameId))].sort()
  const imageIdOf = new Map(frameIds.map((frameId, i) => [frameId, i + 1]))
  const labels = [...new Set(shown.map(({ finding }) => finding.label))].sort()
  const times = shown.map(({ finding }) => finding.verdicts.at(-1)?.atMs ?? finding.lastMs)
  const toReviewed = ({ finding, frameId, box, model, score }: ReviewedBox): Reviewed => ({
    image_id: imageIdOf.get(frameId)!,
    bbox: box,
    'huying:finding': finding.id,
    'huying:model': model,
    'huying:score': score,
  })
  return {
    info: {
      ...options.info,
      'huying:models': [...new Set(shown.map(({ model }) => model))].sort(),
      ...(times.length > 0 && {
        'huying:from': toIso(times.reduce((a, b) => Math.min(a, b))),
        'huying:to': toIso(times.reduce((a, b) => Math.max(a, b))),
      }),
      'huying:missing_pictures': boxes.length - shown.length,
    },
    licenses: [],
    categories: labels.map((name, i) => ({ id: i + 1, name, supercategory: 'river' })),
    images: frameIds.map((frameId) => toImage(frames.get(frameId)!, imageIdOf.get(frameId)!, options)),
    annotations: shown
      .filter(({ verdict }) => verdict !== 'rejected')
      .map((one, i) => ({
        id: i + 1,
        category_id: labels.indexOf(one.finding.label) + 1,
        ...toReviewed(one),
        area: one.box[2] * one.box[3],
        iscrowd: 0 as const,
        'huying:verdict': one.verdict as CocoAnnotation['huying:verdict'],
      })),
    'huying:rejected': shown
      .filter(({ verdict }) => verdict === 'rejected')
      .map((one) => ({
        ...toReviewed(one),
        label: one.finding.modelLabel ?? one.finding.label,
        ...rejectionOf(one.finding),
      })),
  }
}

function toImage(
  frame: FrameRow,
  id: number,
  { urlOf, undecidedIn }: Pick<Parameters<typeof toCoco>[2], 'urlOf' | 'undecidedIn'>,
): CocoImage {
  const { frameId, sha256, widthPx, heightPx, atMs } = frame
  return {
    id,
    file_name: `${sha256}.jpg`,
    width: widthPx,
    height: heightPx,
    date_captured: toIso(atMs),
    coco_url: urlOf(frame),
    'huying:frame': frameId,
    'huying:sha256': sha256,
    'huying:undecided': undecidedIn(frameId),
  }
}

function rejectionOf({ verdicts }: Finding): { reason: string; note?: string } {
  const last = verdicts.findLast(({ verdict }) => verdict === 'rejected')
  if (last?.verdict !== 'rejected') return { reason: 'other' }
  return { reason: last.reason, ...(last.note !== undefined && { note: last.note }) }
}
