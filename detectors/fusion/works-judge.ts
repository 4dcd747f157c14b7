import type { FindingNews } from '../../core/finding.ts'
import { isHouseWord } from '../../core/house-events.ts'
import type { Signal } from '../../core/signal.ts'
import type { SuspicionNews } from '../../core/suspicion.ts'
import type { HouseBook } from '../houses/house-book.ts'
import type { PatrolJudge } from '../patrol/patrol-judge.ts'
import type { FusionBook } from './fusion-book.ts'

export interface WorksJudgeParts {
  houses: Pick<HouseBook, 'observe' | 'applyEntry' | 'settleOne' | 'nextWordMs'>
  fusion: Pick<FusionBook, 'observe' | 'hear' | 'takeWords' | 'advance' | 'nextDueMs'>
  patrol: { nextDueMs(): number | null }
  /** Patrols and rules. What becomes of findings must come to `hearFinding` of the judge that is made here. */
  inner: PatrolJudge
  /** Rules: what they make of a suspicion. `isWord`: a person's word caused it, so time does not pass for them. */
  hear(news: SuspicionNews, isWord: boolean): Signal[]
  /** Sees all news, in order. */
  onNews?(news: SuspicionNews): void
}

/**
 * Houses and what is thought of them beside patrols and rules: records find their building, then readings, findings, records and words are
 * weighed, and rules hear what became of a suspicion right after its cause. Whatever the pattern of calls, time comes to all of them in
 * one order.
 */
export function createWorksJudge({
  houses,
  fusion,
  patrol,
  inner,
  hear,
  onNews = () => {},
}: WorksJudgeParts): PatrolJudge & {
  hearFinding(news: FindingNews): void
} {
  const found: FindingNews[] = []

  function tell(all: SuspicionNews[], isWord = false): Signal[] {
    return all.flatMap((news) => {
      const signals = hear(news, isWord)
      onNews(news)
      return signals
    })
  }

  /** What patrols have just found. */
  function hearFound(isWord = false): Signal[] {
    return tell(
      found.splice(0).flatMap((news) => fusion.hear(news)),
      isWord,
    )
  }

  /** Words whose place has come are taken in at the time they were said. */
  function takeWords(): Signal[] {
    const out: Signal[] = []
    for (let wordMs = houses.nextWordMs(); wordMs !== null; wordMs = houses.nextWordMs()) {
      const before = fusion.advance(wordMs)
      houses.settleOne()
      out.push(...tell([...before, ...fusion.takeWords()], true))
    }
    return out
  }

  /** Findings that time ends are weighed at that time, before anything later. */
  function passTo(untilMs: number): Signal[] {
    const out = takeWords()
    let lastMs = Number.NEGATIVE_INFINITY
    for (;;) {
      const dueMs = patrol.nextDueMs()
      if (dueMs === null || dueMs > untilMs || dueMs <= lastMs) break
      lastMs = dueMs
      out.push(...tell(fusion.advance(dueMs)), ...inner.advance(dueMs), ...hearFound())
    }
    out.push(...tell(fusion.advance(untilMs)))
    return out
  }

  return {
    observe(observation) {
      const before = passTo(observation.arrivalMs)
      houses.observe(observation)
      const said = [...before, ...inner.observe(observation), ...hearFound()]
      return [...said, ...tell(fusion.observe(observation))]
    },
    advance: (clockMs) => [...passTo(clockMs), ...inner.advance(clockMs), ...hearFound()],
    nextDueMs() {
      const [a, b] = [fusion.nextDueMs(), inner.nextDueMs()]
      return a === null ? b : b === null ? a : Math.min(a, b)
    },
    snapshot: inner.snapshot,
    say(entry) {
      if (!isHouseWord(entry))
        return [...tell(fusion.advance(entry.atMs), true), ...inner.say(entry), ...hearFound(true)]
      houses.applyEntry(entry)
      return takeWords()
    },
    hearFinding: (news) => void found.push(news),
  }
}
