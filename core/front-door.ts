import type { Pose } from './detection.ts'
import type { AppError } from './errors.ts'
import type { Arrival, FlightNews, Frame, RecordEntry, Waveform } from './observation.ts'
import type { Refusal } from './refusal.ts'

/**
 * Journals an arrival, then judges it, then calls back: null when it is durable (the sender may be acknowledged), an
 * AppError (`journal_full`, `journal_failed`, `overloaded`, `stopped`) when nothing of it was stored.
 */
export type Submit = (arrival: Arrival, done: (error: AppError | null) => void) => void

/** Null: admitted and durable. A Refusal: bad input, counted. An AppError: our fault, the sender should try again. */
export type Outcome = null | Refusal | AppError

/** What a sender says of a frame beside its bytes. What the picture says itself goes before it. */
export interface FrameTold {
  flightId?: string
  /** File name, by which a camera's own word of the picture is found. */
  name?: string
  takenMs?: number
  pose?: Pose
}

/** The one way in, whatever the wire: it knows identity, limits, codecs, and counts what it refuses. */
export interface FrontDoor {
  /** One message of readings, plain JSON or SenML. `done` is called once, after the journal's commit. */
  readings(deviceId: string, payload: Buffer, done: (outcome: Outcome) => void): void
  /** One JPEG. Resolves after evidence and journal are durable; throws AppError when they could not be. */
  frame(deviceId: string, jpeg: Buffer, told?: FrameTold): Promise<Frame | Refusal>
  /** One block of raw vibration, format `HYWF`. Resolves after its bytes and the journal are durable; throws AppError as `frame`. */
  waveform(deviceId: string, block: Buffer): Promise<Waveform | Refusal>
  /** One CAMERA_IMAGE_CAPTURED of MAVLink as JSON: where and how the camera was when it took a picture. */
  camera(deviceId: string, payload: Buffer, done: (outcome: Outcome) => void): void
  /** What an API client says of a flight. Resolves once that is durable. */
  news(deviceId: string, flightId: string, body: unknown): Promise<FlightNews | Refusal>
  /** One record as an API client sent it. */
  record(source: string, body: unknown): Promise<RecordEntry | Refusal>
}

/** A counter of the refusals of one device for one reason. */
export interface RefusalCount {
  /** The device id that was claimed; `?` when none was. */
  device: string
  reason: Refusal['refused']
  count: number
  lastAtMs: number
  lastDetail: string
}
