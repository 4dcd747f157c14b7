import type { Detection, FrameGround, FrameQuality, Pose } from '../../core/detection.ts'

/** Why a picture could not be analysed; trying again would not help. */
export type PictureRefusal =
  /** There is no such file. */
  | 'missing'
  | 'empty'
  /** Other bytes than a JPEG's. */
  | 'not_a_jpeg'
  /** More pixels than allowed, whatever the file's own size. */
  | 'too_large'
  /** Cut off, or damaged beyond decoding. */
  | 'undecodable'
  /** Took down its worker every time it was tried. */
  | 'crashed'
  /** Outlasted the time a frame may take. */
  | 'too_slow'

export interface AnalysedPicture {
  state: 'analysed'
  /** The model's id. */
  model: string
  /** Size of the picture as it was sent: in sensor axes, EXIF orientation not applied. */
  widthPx: number
  heightPx: number
  /** Best first. Boxes in pixels of the picture as it was sent. */
  detections: Detection[]
  /** Everything that might be a person, [x, y, width, height]; absent when the model knows none. See `FrameAnalysis`. */
  people?: [number, number, number, number][]
  quality: FrameQuality
  /** Absent when the pose does not say where the camera looked. */
  ground?: FrameGround
  /** The pose that positions follow from, where looking at the pictures changed it. */
  pose?: Pose
  /** JPEG of the part around the detections with boxes and labels drawn in, or null when nothing was detected. */
  annotated: Buffer | null
}

export interface RefusedPicture {
  state: 'refused'
  reason: PictureRefusal
}

export type AnalysisResult = AnalysedPicture | RefusedPicture
