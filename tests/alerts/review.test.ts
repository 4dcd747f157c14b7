import { describe, expect, it, test } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { toAlertView } from '../../core/alert-view.ts'
import { toAlertFinding, type VerdictWord } from '../../core/finding.ts'
import type { ReviewEvent } from '../../core/finding-events.ts'
import { aFinding, aVerdict } from '../core/a-finding.ts'
import { aSignal } from './a-signal.ts'

const FINDING = aFinding({ id: 'f7-0' })
const SUBJECT = { label: 'debris', finding: 'f7-0' }
const seen = (seq: number, changes = {}) =>
  aSignal(seq, { rule: 'debris-found', subject: SUBJECT, finding: toAlertFinding(FINDING), ...changes })

function aReview(word: VerdictWord, note?: string): ReviewEvent {
  const verdict = aVerdict(word, { atMs: 60_000, ...(note !== undefined && { note }) })
  return { type: 'finding.reviewed', atMs: 60_000, by: 'chief', findingId: 'f7-0', verdict, afterSeq: 1 }
}

function aBook() {
  const book = createAlertBook({ describe: () => ({}) })
  book.applySignal(seen(1))
  return book
}

describe("a reviewer's word on a finding", () => {
  test.each([
    [{ verdict: 'rejected', reason: 'glint' }, 'sun at 10°', 'rejected', 'glint: sun at 10°'],
    [{ verdict: 'duplicate', of: 'f3-1' }, undefined, 'duplicate', 'duplicate of f3-1'],
    [{ verdict: 'not_ours', note: 'private pond' }, 'private pond', 'not_ours', 'private pond'],
  ] as [VerdictWord, string | undefined, string, string][])(
    'closes its alert in their name and with the reason: %j',
    (word, note, review, comment) => {
      const book = aBook()
      const [event, ...more] = book.review(aReview(word, note))

      expect(more).toEqual([])
      expect(event).toMatchObject({ type: 'alert.cleared', by: 'chief', comment, atMs: 60_000 })
      expect(event?.alert).toMatchObject({
        ...{ state: 'cleared', acknowledged: true, acknowledgedBy: 'chief', version: 2 },
        finding: { id: 'f7-0', review, reviewedBy: 'chief' },
      })
      expect(book.open()).toEqual([])
      expect(book.review(aReview(word, note))).toEqual([])
    },
  )

  it('closes an alert that has cleared and nobody has acknowledged', () => {
    const book = aBook()
    book.applySignal(seen(2, { state: 'cleared' }))
    const [event] = book.review(aReview({ verdict: 'rejected', reason: 'shadow' }))
    expect(event).toMatchObject({ type: 'alert.acknowledged', comment: 'shadow', alert: { clearedAtMs: 1900 } })
    expect(book.open()).toEqual([])
  })

  it('tells dispatch at once that it is confirmed, with picture, crop and chainage', () => {
    const book = aBook()
    const [event] = book.review(aReview({ verdict: 'confirmed' }))
    expect(event).toMatchObject({ type: 'alert.updated', by: 'chief', alert: { state: 'active', acknowledged: false } })
    expect(event?.push).toBeUndefined()
    expect(toAlertView(event!.alert).finding).toEqual({
      ...{ id: 'f7-0', label: 'debris', review: 'confirmed', reviewedBy: 'chief', areaM2: 2.4 },
      ...{ river: '文津河', reach: 'R-2', reachName: '上塘段', chainage: 'K1+240', bank: 'left', frameId: 'frame-1' },
      crop: '/api/v1/findings/f7-0/crop',
      picture: '/api/v1/frames/frame-1/image?finding=f7-0',
    })
  })

  it('changes what an alert calls it, and takes a word back', () => {
    const book = aBook()
    const [renamed] = book.review(aReview({ verdict: 'reclassed', label: 'algae' }))
    book.review(aReview({ verdict: 'confirmed' }))
    const [reopened] = book.review(aReview({ verdict: 'reopened' }))
    expect(renamed).toMatchObject({
      comment: 'it is algae',
      alert: { finding: { label: 'algae', review: 'undecided' } },
    })
    expect(reopened?.alert.finding).not.toHaveProperty('reviewedBy')
    expect(book.review(aReview({ verdict: 'redrawn', frameId: 'frame-1', box: [1, 2, 3, 4] }))).toEqual([])
  })

  it('says nothing of alerts about other things', () => {
    const book = createAlertBook({ describe: () => ({}) })
    book.applySignal(aSignal(1))
    book.applySignal(
      seen(2, { subject: { label: 'debris', finding: 'f9-0' }, finding: { ...toAlertFinding(FINDING), id: 'f9-0' } }),
    )
    expect(book.review(aReview({ verdict: 'rejected', reason: 'leaves' }))).toEqual([])
    expect(book.open()).toHaveLength(2)
  })

  it('holds across a crash: the ledger brings the closed alert back, and what was judged before does not raise it again', () => {
    const before = aBook()
    const snapshot = before.snapshot()
    before.applySignal(seen(2))
    const [event] = before.review(aReview({ verdict: 'rejected', reason: 'glint' }))

    const after = createAlertBook({ describe: () => ({}), snapshot: JSON.parse(JSON.stringify(snapshot)) })
    after.applyEntry(event!)
    expect(after.applySignal(seen(2))).toEqual([])
    expect(after.open()).toEqual([])
  })
})
