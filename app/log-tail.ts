import type { Clock } from '../core/clock.ts'
import { toAppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { LogLine, LogTail } from '../core/log-tail.ts'

/** Lines kept of each level, so that many of little weight do not push out the few that matter. */
const KEPT = 200
const LONGEST_FACT = 400
const MOST_FACTS = 12
/** `error` is the heaviest. */
const RANK: Record<LogLine['level'], number> = { error: 0, warn: 1, info: 2 }
type Level = keyof typeof RANK

/** The same log, with its newest lines kept. */
export function createLogTail(log: Log, clock: Clock): { log: Log; tail: LogTail } {
  const kept: Record<Level, LogLine[]> = { error: [], warn: [], info: [] }
  let seq = 0

  const telling = (level: Level) => (facts: object, message: string) => {
    kept[level].push({ seq: ++seq, atMs: clock.nowMs(), level, message, facts: toFacts(facts) })
    if (kept[level].length > KEPT) kept[level].shift()
    log[level](facts, message)
  }

  return {
    log: {
      error: telling('error'),
      warn: telling('warn'),
      info: telling('info'),
      debug: (facts, message) => log.debug(facts, message),
    },
    tail: {
      lines: ({ level, limit, device }) =>
        (Object.keys(RANK) as Level[])
          .filter((one) => RANK[one] <= RANK[level])
          .flatMap((one) => kept[one])
          .filter(({ facts }) => device === undefined || facts.deviceId === device || facts.device === device)
          .sort((a, b) => b.seq - a.seq)
          .slice(0, limit),
    },
  }
}

function toFacts(facts: object): Record<string, unknown> {
  const entries = Object.entries(facts).slice(0, MOST_FACTS)
  return Object.fromEntries(entries.map(([name, value]) => [name, toFact(value)]))
}

function toFact(value: unknown): unknown {
  if (value instanceof Error) return short(`${toAppError(value).code}: ${value.message}`)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  return short(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

function short(text: string): string {
  return text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : text
}
