import { diffLines } from 'diff'

export interface DiffLine {
  sort: 'same' | 'added' | 'removed'
  text: string
}

/** Where two texts differ, line by line. */
export function toDiffLines(before: string, after: string): DiffLine[] {
  return diffLines(before, after).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DiffLine => ({ sort: added ? 'added' : removed ? 'removed' : 'same', text })),
  )
}
