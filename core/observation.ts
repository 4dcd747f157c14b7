import type { Detection, FrameGround, FrameQuality, Pose } from './detection.ts'
import type { FlightTold } from './patrol.ts'
import type { Position } from './place.ts'
import type { VibrationFeatures, WaveformHead } from './vibration.ts'

/** What the journal adds to everything that enters. */
interface Admitted {
  /** Position in the intake journal, from 1, without gaps. */
  seq: number
  /** When we received it, ms since the epoch; never decreases along the journal. */
  arrivalMs: number
  deviceId: string
}

/** One measured value. */
export interface Sample {
  metric: string
  /** Device time, ms since the epoch. */
  atMs: number
  value: number
}

/** One message of readings from a device. */
export interface Readings {
  kind: 'readings'
  deviceId: string
  /** The device's own message number, or null when it sends none. */
  messageSeq: number | null
  samples: Sample[]
}

/** One picture. Its bytes lie in the evidence store under `sha256`. */
export interface Frame {
  kind: 'frame'
  deviceId: string
  frameId: string
  sha256: string
  /** When it was taken: EXIF, else telemetry, else arrival. */
  atMs: number
  widthPx: number
  heightPx: number
  pose: Pose
  /** The flight that it was taken on, where the sender says so. */
  flightId?: string
}

/** Something filed on paper or told by a person: a register entry, a resident's report. */
export interface RecordEntry {
  kind: 'record'
  /** The source that vouches for it (a registered device or an API client). */
  deviceId: string
  recordId: string
  /** For example `lease.signed`, `works.filed`, `report.resident`. */
  recordType: string
  atMs: number
  address?: string
  position?: Position
  body: Record<string, unknown>
}

/** A device came (birth) or went (last will, broken connection). */
export interface DeviceStatus {
  kind: 'status'
  deviceId: string
  online: boolean
  atMs: number
  /** What it runs, where its birth message says so. */
  firmware?: string
}

/** What a model made of a frame; enters the journal like anything else, so that judging can be replayed. */
export interface FrameAnalysis {
  kind: 'analysis'
  deviceId: string
  frameId: string
  atMs: number
  state: 'analysed' | 'refused'
  /** Why it was refused, else absent. */
  reason?: string
  model: string
  detections: Detection[]
  /**
   * Boxes of everything that might be a person, [x, y, width, height] in pixels, down to a score too low to report: what is
   * covered before the picture is shown. Absent: the model knows no people, or it was looked at before they were noted.
   */
  people?: [number, number, number, number][]
  /** SHA-256 of the annotated picture in the evidence store, when there is something to show. */
  annotatedSha256?: string
  quality?: FrameQuality
  /** Absent when the pose does not say where the camera looked. */
  ground?: FrameGround
  /** The pose as it was judged by, when looking at the pictures changed it (a leg that is stored upside down). */
  pose?: Pose
  /** What a second model saw in the same frame. It raises nothing. */
  shadow?: { model: string; detections: Detection[] }
}

/** What a dock, a drone or its pilot says of a flight. */
export interface FlightNews {
  kind: 'flight'
  /** The drone. */
  deviceId: string
  flightId: string
  atMs: number
  told: FlightTold
}

/** One block of raw vibration. Its bytes lie in the store of waveforms under `sha256`, for a while. */
export interface Waveform {
  kind: 'waveform'
  deviceId: string
  waveformId: string
  sha256: string
  /** Device time of the first sample, ms. */
  atMs: number
  head: WaveformHead
}

/** What the analysis made of a waveform; enters the journal like anything else, so that judging can be replayed. */
export interface VibrationAnalysis {
  kind: 'vibration'
  deviceId: string
  waveformId: string
  /** End of the block, ms: when all of it was known. */
  atMs: number
  state: 'analysed' | 'refused'
  /** Why it was refused, else absent. */
  reason?: string
  /** The features as readings, which rules judge like those that a device sends itself; none when it was refused. */
  samples: Sample[]
  features?: VibrationFeatures
}

/** Everything that can enter, before the journal has numbered it. */
export type Arrival =
  | Readings
  | Frame
  | RecordEntry
  | DeviceStatus
  | FrameAnalysis
  | FlightNews
  | Waveform
  | VibrationAnalysis

/** The same, numbered and timed: what judges and the store see. */
export type Observation = Arrival & Admitted
