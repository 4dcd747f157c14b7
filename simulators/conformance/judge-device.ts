import type { Clause, DeviceFacts, Finding, Level, Words } from './clause.ts'
import { FRAME_CLAUSES } from './clauses-frames.ts'
import { LOGIN_CLAUSES } from './clauses-login.ts'
import { ORDER_CLAUSES } from './clauses-order.ts'
import { PAYLOAD_CLAUSES } from './clauses-payload.ts'
import { TROUBLE_CLAUSES } from './clauses-trouble.ts'
import type { Profile } from './profile.ts'
import type { TraceEvent } from './trace.ts'

export interface ClauseResult extends Finding {
  id: string
  level: Level
  title: Words
}

/** What the kit says of a device. */
export interface Verdict {
  profile: string
  device: string
  clauses: ClauseResult[]
  passed: number
  /** Clauses that must hold and do not, and those that should. */
  failed: number
  warned: number
  unseen: number
  /** No `must` failed, and none went unseen. */
  conforms: boolean
}

/** All clauses, in the order of a report. */
export const CLAUSES: readonly Clause[] = [...LOGIN_CLAUSES, ...PAYLOAD_CLAUSES, ...ORDER_CLAUSES, ...TROUBLE_CLAUSES]

/** Judges a trace by a profile. Pure. */
export function judgeDevice(trace: readonly TraceEvent[], profile: Profile, device: DeviceFacts): Verdict {
  const asked = [...CLAUSES, ...(profile.frames === undefined ? [] : FRAME_CLAUSES)]
  const clauses = asked.flatMap(({ id, level: usual, title, judge }) => {
    const level = profile.levels[id] ?? usual
    return level === 'off' ? [] : [{ id, level, title, ...judge(trace, profile, device) }]
  })
  const count = (outcome: Finding['outcome'], level?: Level) =>
    clauses.filter((clause) => clause.outcome === outcome && clause.level === (level ?? clause.level)).length
  const failed = count('fail', 'must')
  return {
    profile: profile.profile,
    device: device.id,
    clauses,
    passed: count('pass'),
    failed,
    warned: count('fail', 'should'),
    unseen: count('unseen'),
    conforms: failed === 0 && count('unseen', 'must') === 0,
  }
}
