import type { DeviceHealth } from '../core/device-health.ts'
import type { LogLine } from '../core/log-tail.ts'
import type { PayloadChannel } from '../core/payload-desk.ts'
import type { PipelineStage, PipelineState } from '../core/pipeline.ts'
import type { RefusalReason } from '../core/refusal.ts'
import type { SettingInForce, SettingOrigin } from '../core/setting-view.ts'

export { PIPELINE_STAGES, PIPELINE_UNITS, STAGE_FACTS } from '../core/pipeline.ts'
export type { PayloadChannel, PipelineStage, SettingInForce, SettingOrigin }

/** The stages of the way through the service, and how each is doing. */
export type PipelineView = Omit<PipelineState, 'atMs' | 'stepMs'> & {
  at: string
  /** Seconds between two numbers of `recent`. */
  stepS: number
}

/** How a device itself is doing; numbers are null where it does not tell. */
export interface DeviceHealthView extends DeviceHealth {
  device: string
  /** Inputs of its that were refused since the start. */
  refused: number
}

/** What a payload means: its readings, or why it is not admitted. */
export type PayloadVerdictView =
  | { messages: { messageSeq: number | null; samples: { metric: string; at: string; value: number }[] }[] }
  | { refused: RefusalReason; detail: string }

/** One message as the device sent it. */
export interface PayloadView {
  at: string
  channel: PayloadChannel
  /** Of the whole payload. */
  bytes: number
  /** Its beginning: as text, or as hexadecimal where it is no UTF-8. */
  text?: string
  hex?: string
  /** False: only its beginning is kept. */
  whole: boolean
  /** Null: not read again, since it is not whole or no readings. */
  verdict: PayloadVerdictView | null
}

/** How much a rule has to judge by. */
export interface RuleHearingView {
  rule: string
  /** Devices that it judges or awaits. */
  devices: number
  /** Absent: none of them was heard. */
  heardAt?: string
  /** Subjects for which it fires now. */
  firing: number
}

export type LogLineView = Omit<LogLine, 'atMs'> & { at: string }

/** A signed statement of what all records up to a position are. */
export interface CheckpointView {
  size: number
  rootHash: string
  at: string
  signedBy: string[]
  note: string
}

/** Keys by which checkpoints are verified. */
export interface LedgerKeysView {
  origin: string
  items: { name: string; verifier: string }[]
}
