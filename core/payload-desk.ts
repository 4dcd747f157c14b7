import type { Sample } from './observation.ts'
import type { Refusal } from './refusal.ts'

/** The ways on which a device's message comes. */
export const PAYLOAD_CHANNELS = ['readings', 'camera', 'frames', 'waveforms'] as const
export type PayloadChannel = (typeof PAYLOAD_CHANNELS)[number]

/** One message as a device sent it. */
export interface KeptPayload {
  /** Arrival, ms. */
  atMs: number
  channel: PayloadChannel
  /** Length of the whole payload, bytes. */
  bytes: number
  /** Its first bytes; of pictures and waveforms only a few. */
  head: Uint8Array
  /** Why it was not admitted, or null. */
  refusal: Refusal | null
}

/** What a payload of readings means: its messages, or why it is not admitted. */
export type PayloadVerdict = { messages: { messageSeq: number | null; samples: Sample[] }[] } | Refusal

/** A kept payload with what was made of it; null: only its beginning is kept, or it is no text. */
export interface SeenPayload extends KeptPayload {
  verdict: PayloadVerdict | null
}

/** What devices really said, for people who look for what is wrong with one. */
export interface PayloadDesk {
  /** Newest first. Memory only, and bounded: of a device that speaks seldom among many there may be fewer. */
  newest(deviceId: string, limit: number): SeenPayload[]
  /** What would become of a payload of readings if it came now. Nothing is taken in or counted. */
  judge(deviceId: string, payload: Uint8Array): PayloadVerdict
}
