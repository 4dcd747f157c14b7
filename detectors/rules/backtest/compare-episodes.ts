import type { ChangedEpisode, DiffReport, Episode } from '../../../core/backtest-report.ts'
import { subjectKey } from '../../../core/signal.ts'

/** So many of each kind are listed. */
const LISTED = 200

type PerRule = DiffReport['perRule'][number]

/**
 * What changes from one set of alerts to another. Two alerts of one rule and subject are the same one when their times
 * overlap, each being paired at most once; a pair with other times or another worst severity is changed. Both lists are
 * in order of time.
 */
export function compareEpisodes(before: Episode[], after: Episode[], complete: boolean): DiffReport {
  const older = byKey(before)
  const perRule = new Map<string, PerRule>()
  const added: Episode[] = []
  const vanished = new Set(before)
  const changed: ChangedEpisode[] = []
  let same = 0
  const ruleOf = (rule: string): PerRule => {
    const known = perRule.get(rule) ?? { rule, before: 0, after: 0, added: 0, vanished: 0, changed: 0 }
    perRule.set(rule, known)
    return known
  }

  for (const { rule } of before) ruleOf(rule).before++
  for (const episode of after) {
    const tally = ruleOf(episode.rule)
    tally.after++
    const pair = takeOverlapping(older.get(keyOf(episode)), episode)
    if (pair === undefined) {
      tally.added++
      added.push(episode)
      continue
    }
    vanished.delete(pair)
    if (isAlike(pair, episode)) same++
    else {
      tally.changed++
      changed.push({ before: pair, after: episode })
    }
  }
  for (const { rule } of vanished) ruleOf(rule).vanished++
  return {
    same,
    added: added.length,
    vanished: vanished.size,
    changed: changed.length,
    perRule: [...perRule.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    addedFirst: added.slice(0, LISTED),
    vanishedFirst: [...vanished].slice(0, LISTED),
    changedFirst: changed.slice(0, LISTED),
    complete,
  }
}

/** Episodes of one rule and subject never overlap each other; those before `next` are done with. */
interface Line {
  episodes: Episode[]
  next: number
}

function byKey(episodes: Episode[]): Map<string, Line> {
  const lines = new Map<string, Line>()
  for (const episode of episodes) {
    const line = lines.get(keyOf(episode))
    if (line === undefined) lines.set(keyOf(episode), { episodes: [episode], next: 0 })
    else line.episodes.push(episode)
  }
  return lines
}

function takeOverlapping(line: Line | undefined, episode: Episode): Episode | undefined {
  if (line === undefined) return undefined
  while (line.next < line.episodes.length) {
    const candidate = line.episodes[line.next]!
    if (candidate.raisedAtMs > endOf(episode)) return undefined
    line.next++
    if (endOf(candidate) >= episode.raisedAtMs) return candidate
  }
  return undefined
}

function endOf({ clearedAtMs }: Episode): number {
  return clearedAtMs ?? Number.POSITIVE_INFINITY
}

function isAlike(a: Episode, b: Episode): boolean {
  return a.severity === b.severity && a.raisedAtMs === b.raisedAtMs && a.clearedAtMs === b.clearedAtMs
}

function keyOf({ rule, subject }: Episode): string {
  return `${rule}|${subjectKey(subject)}`
}
