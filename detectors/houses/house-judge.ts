import { isHouseWord } from '../../core/house-events.ts'
import type { PatrolJudge } from '../patrol/patrol-judge.ts'
import type { HouseBook } from './house-book.ts'

/** Houses beside patrols and rules: records find their building before anybody judges by them. */
export function createHouseJudge(houses: HouseBook, inner: PatrolJudge): PatrolJudge {
  return {
    observe(observation) {
      houses.observe(observation)
      return inner.observe(observation)
    },
    advance(clockMs) {
      houses.settle()
      return inner.advance(clockMs)
    },
    nextDueMs: inner.nextDueMs,
    snapshot: inner.snapshot,
    say(entry) {
      if (!isHouseWord(entry)) return inner.say(entry)
      houses.applyEntry(entry)
      houses.settle()
      return []
    },
  }
}
