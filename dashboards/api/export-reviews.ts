import type { Finding } from '../../core/finding.ts'
import type { FrameRow } from '../../core/history.ts'
import type { ApiPorts } from './ports.ts'
import { upTo } from './routes/finding-routes.ts'
import { type Coco, isRightFinding, reviewedBoxes, toCoco } from './to-coco.ts'
import { toIso } from './to-iso.ts'

/** Questions to the database at a time. */
const ASKED_AT_ONCE = 8
const MAX_UNDECIDED = 100_000

type ExportPorts = Pick<ApiPorts, 'findings' | 'history' | 'recentFrame' | 'clock' | 'version'>

/** Reviewed findings with their pictures' names. Throws `database_unavailable`. */
export async function exportReviews(
  reviewed: Finding[],
  pictures: 'shown' | 'original',
  ports: ExportPorts,
): Promise<Coco> {
  const { findings, clock, version } = ports
  const boxes = reviewed.flatMap((finding) => reviewedBoxes(finding, (id) => isRightFinding(findings.finding(id))))
  const frames = await framesOf([...new Set(boxes.map(({ frameId }) => frameId))], ports)
  const undecided = countUndecided(findings)
  const now = toIso(clock.nowMs())
  return toCoco(boxes, frames, {
    urlOf: ({ frameId }) => {
      const path = `/api/v1/frames/${encodeURIComponent(frameId)}`
      return pictures === 'original' ? `${path}/original?reason=training` : `${path}/image`
    },
    undecidedIn: (frameId) => undecided.get(frameId) ?? 0,
    info: { description: 'huying: reviewed findings', version, year: Number(now.slice(0, 4)), date_created: now },
  })
}

async function framesOf(
  frameIds: string[],
  { history, recentFrame }: Pick<ExportPorts, 'history' | 'recentFrame'>,
): Promise<Map<string, FrameRow>> {
  const found = new Map<string, FrameRow>()
  for (let at = 0; at < frameIds.length; at += ASKED_AT_ONCE) {
    const some = frameIds.slice(at, at + ASKED_AT_ONCE)
    const rows = await Promise.all(some.map(async (id) => recentFrame(id) ?? (await history.frame(id))))
    for (const row of rows) if (row !== null) found.set(row.frameId, row)
  }
  return found
}

/** How many findings that nobody decided on are shown best in each frame. */
function countUndecided(findings: ExportPorts['findings']): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { flights } of upTo(MAX_UNDECIDED, findings, { review: 'undecided' }))
    for (const { best } of flights) counts.set(best.frameId, (counts.get(best.frameId) ?? 0) + 1)
  return counts
}
