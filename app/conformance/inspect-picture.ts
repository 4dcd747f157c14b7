import { isRefusal, type Refusal } from '../../core/refusal.ts'
import { readFrameHeader } from '../../ingest/frame-pose.ts'
import type { FRAME_TAGS } from '../../simulators/conformance/profile.ts'
import type { PictureFacts } from '../../simulators/conformance/trace.ts'

/** What places a picture on the ground, and which of it this one does not say. */
export async function pictureFacts(jpeg: Buffer): Promise<{ frame: PictureFacts } | { refusal: Refusal }> {
  const header = await readFrameHeader(jpeg)
  if (isRefusal(header)) return { refusal: header }
  const { atMs, pose } = header
  const known: [(typeof FRAME_TAGS)[number], unknown][] = [
    ['DateTimeOriginal', atMs ?? undefined],
    ['GPS', pose.position],
    ['RelativeAltitude', pose.relativeAltitudeM],
    ['GimbalYawDegree', pose.gimbalYawDeg],
    ['GimbalPitchDegree', pose.gimbalPitchDeg],
    ['FocalLength', pose.focalPx],
  ]
  return { frame: { missing: known.filter(([, value]) => value === undefined).map(([name]) => name) } }
}
