import type { FindingNews } from '../../core/finding.ts'
import type { Judge } from '../../core/judge.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Observation } from '../../core/observation.ts'
import type { Signal } from '../../core/signal.ts'
import type { PatrolBook } from './patrol-book.ts'

/** A judge that also hears what patrols made of an observation. */
export interface FindingListener extends Judge {
  hear(news: FindingNews): Signal[]
}

export interface PatrolJudge extends Judge {
  /** A person's word: what it means at once. Time does not pass for rules, as observations may be on their way. */
  say(entry: LedgerEntry & { atMs: number }): Signal[]
}

/**
 * Patrols and rules as one judge: what time decided of findings before an observation is heard first, then the
 * observation is judged, then what it made of findings. `onNews` sees all news in this order. The snapshot is that of
 * the rules alone; the patrol book has its own.
 */
export function createPatrolJudge(
  patrol: PatrolBook,
  rules: FindingListener,
  onNews: (news: FindingNews) => void = () => {},
): PatrolJudge {
  function hear(all: FindingNews[]): Signal[] {
    return all.flatMap((news) => {
      const signals = rules.hear(news)
      onNews(news)
      return signals
    })
  }

  return {
    observe(observation) {
      const news = patrol.observe(observation)
      if (news.length === 0) return rules.observe(observation)
      const { before, after } = around(observation, news)
      return [...hear(before), ...rules.observe(observation), ...hear(after)]
    },
    advance: (clockMs) => [...hear(patrol.advance(clockMs)), ...rules.advance(clockMs)],
    nextDueMs() {
      const [a, b] = [patrol.nextDueMs(), rules.nextDueMs()]
      return a === null ? b : b === null ? a : Math.min(a, b)
    },
    snapshot: rules.snapshot,
    say(entry) {
      patrol.applyEntry(entry)
      return hear(patrol.advance(entry.atMs))
    },
  }
}

/** News that time, or a person, brought before an observation, and news that it brought itself. */
export function around({ seq }: Observation, news: FindingNews[]): { before: FindingNews[]; after: FindingNews[] } {
  return { before: news.filter((one) => one.seq < seq), after: news.filter((one) => one.seq >= seq) }
}
