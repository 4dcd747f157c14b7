import type { Profile } from './profile.ts'
import type { TraceEvent } from './trace.ts'
import type { Way } from './way.ts'

/** `must`: the device loses data or does harm without it. `should`: it costs somebody time. */
export type Level = 'must' | 'should'
/** `unseen`: the run gave no occasion to judge it; that is no pass. */
export type Outcome = 'pass' | 'fail' | 'unseen'

export interface Words {
  zh: string
  en: string
}

/** One thing that a device has to do, and how a trace shows whether it does. Pure: the same trace, the same finding. */
export interface Clause {
  id: string
  level: Level
  title: Words
  judge(trace: readonly TraceEvent[], profile: Profile, device: DeviceFacts): Finding
}

/** How the device is known to the service. */
export interface DeviceFacts {
  id: string
  /** Its own topics begin with this. */
  topics: string
  /** Other topics that it may use begin with one of these. */
  also?: readonly string[]
  /** How it connects; `tcp` when nothing is said. */
  way?: Way
}

export interface Finding {
  outcome: Outcome
  /** What was seen, with numbers. */
  saw: Words
}

export const pass = (zh: string, en: string): Finding => ({ outcome: 'pass', saw: { zh, en } })
export const fail = (zh: string, en: string): Finding => ({ outcome: 'fail', saw: { zh, en } })
export const unseen = (zh: string, en: string): Finding => ({ outcome: 'unseen', saw: { zh, en } })
export const NO_LOGIN = unseen('设备没有连接', 'the device never connected')
export const NO_REPORTS = unseen('没有收到读数', 'no readings came')

/** Seconds with one decimal. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
