import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { FindingView, VerdictBody } from '../../dashboards/contract.ts'
import { duplicateCandidates } from '../../dashboards/web/river/duplicates.ts'
import {
  initialReview,
  nextUndecided,
  progressOf,
  type ReviewAction,
  type ReviewState,
  reduceReview,
  shownFinding,
  shownFindings,
} from '../../dashboards/web/river/review-state.ts'
import { mayGoThroughLater, pauseBefore, withWords } from '../../dashboards/web/river/unsent.ts'
import { aFindingView } from './a-finding-view.ts'

const THREE = [aFindingView('c', 300), aFindingView('a', 100), aFindingView('b', 200)]
const confirm: VerdictBody = { verdict: 'confirmed' }
const reject: VerdictBody = { verdict: 'rejected', reason: 'glint' }

function play(actions: ReviewAction[], from = initialReview({})): ReviewState {
  return actions.reduce(reduceReview, from)
}
const loaded = (findings: FindingView[] = THREE, selectId: string | null = null): ReviewAction => ({
  ...{ type: 'loaded', findings, selectId },
})
const say = (body: VerdictBody, key = 'k1'): ReviewAction => ({ type: 'say', body, key })
const reviewsOf = (state: ReviewState) => shownFindings(state).map(({ id, review }) => `${id} ${review}`)

describe('a review', () => {
  it('lists undecided findings first, down the river, and opens the first', () => {
    const state = play([loaded([...THREE, aFindingView('d', 50, { review: 'confirmed' })])])
    expect(state.order).toEqual(['a', 'b', 'c', 'd'])
    expect(state.selectedId).toBe('a')
    expect(progressOf(state)).toEqual({ decided: 1, all: 4 })
  })

  it('shows a decision at once, opens the next undecided one, and moves nothing in the list', () => {
    const state = play([loaded(), say(confirm)])
    expect(reviewsOf(state)).toEqual(['a confirmed', 'b undecided', 'c undecided'])
    expect(state.selectedId).toBe('b')
    expect(state.unsent).toMatchObject([{ findingId: 'a', body: { verdict: 'confirmed', expectedVerdicts: 0 } }])
  })

  it('goes round to what was left behind, and stays where it is when all is decided', () => {
    const state = play([loaded(), { type: 'select', id: 'c' }, say(confirm, 'k1')])
    expect(state.selectedId).toBe('a')
    const done = play([say(confirm, 'k2'), say(reject, 'k3')], state)
    expect(done.selectedId).toBe('b')
    expect(progressOf(done)).toEqual({ decided: 3, all: 3 })
    expect(nextUndecided(done, 2)).toEqual([])
  })

  it('says nothing twice: what is confirmed already is only passed', () => {
    const state = play([
      loaded([aFindingView('a', 1, { review: 'confirmed' }), aFindingView('b', 2)], 'a'),
      say(confirm),
    ])
    expect(state).toMatchObject({ unsent: [], selectedId: 'b' })
  })

  it('stays with a finding that only gets another name', () => {
    const state = play([loaded(), say({ verdict: 'reclassed', label: 'algae' })])
    expect(shownFinding(state, 'a')).toMatchObject({ label: 'algae', modelLabel: 'debris', review: 'undecided' })
    expect(state.selectedId).toBe('a')
  })

  it('takes a word back: as a new word once it is on its way, without any while it waits behind others', () => {
    const state = play([loaded(), say(confirm, 'k1'), say(reject, 'k2'), { type: 'undo', key: 'k3' }])
    expect(state).toMatchObject({ selectedId: 'b', unsent: [{ key: 'k1' }] })
    const back = play([{ type: 'undo', key: 'k4' }], state)
    expect(back.unsent).toMatchObject([{ key: 'k1' }, { key: 'k4', findingId: 'a', body: { verdict: 'reopened' } }])
    expect([back.selectedId, back.said]).toEqual(['a', []])
    expect(reviewsOf(back)).toEqual(['a undecided', 'b undecided', 'c undecided'])
  })

  it('takes back another name by the old one, and a box by the old one', () => {
    const box = [1, 2, 30, 40] as [number, number, number, number]
    const renamed = play([loaded(), say({ verdict: 'reclassed', label: 'algae' }), { type: 'undo', key: 'k2' }])
    expect(renamed.unsent[1]).toMatchObject({ body: { verdict: 'reclassed', label: 'debris' } })
    const redrawn = play([loaded(), say({ verdict: 'redrawn', frameId: 'frame-1', box })])
    expect(shownFinding(redrawn, 'a')!.best.box).toEqual(box)
    const back = play([{ type: 'undo', key: 'k2' }], redrawn)
    expect(shownFinding(back, 'a')!.best.box).toEqual([100, 100, 40, 30])
  })

  it('reopens what others decided, where nothing was said here', () => {
    const decided = [aFindingView('a', 1, { review: 'rejected', verdictCount: 2 })]
    const state = play([loaded(decided), { type: 'undo', key: 'k1' }])
    expect(state.unsent).toMatchObject([{ body: { verdict: 'reopened', expectedVerdicts: 2 } }])
    expect(play([loaded(), { type: 'undo', key: 'k1' }]).unsent).toEqual([])
  })

  it('rolls back loudly what the service refuses, with all that was said after it of the same finding', () => {
    const why = { code: 'conflict', message: 'there are 1 verdicts, not 0', requestId: 'r-1' }
    const state = play([
      loaded(),
      say({ verdict: 'reclassed', label: 'algae' }, 'k1'),
      say(confirm, 'k2'),
      say(confirm, 'k3'),
      { type: 'refused', key: 'k1', why },
    ])
    expect(reviewsOf(state)).toEqual(['a undecided', 'b confirmed', 'c undecided'])
    expect(state).toMatchObject({
      selectedId: 'a',
      refused: { findingId: 'a', code: 'conflict' },
      unsent: [{ key: 'k3' }],
    })
    expect(shownFinding(state, 'a')!.label).toBe('debris')
    expect(play([{ type: 'noted' }], state).refused).toBeNull()
  })

  it('counts tries, and begins anew with the next word', () => {
    const state = play([loaded(), say(confirm, 'k1'), say(confirm, 'k2'), { type: 'delayed', key: 'k1' }])
    expect(state.attempts).toBe(1)
    expect(play([{ type: 'delayed', key: 'k2' }], state).attempts).toBe(1)
    expect(play([{ type: 'sent', key: 'k1', finding: THREE[1]! }], state)).toMatchObject({
      attempts: 0,
      unsent: [{ key: 'k2' }],
    })
  })

  it('keeps its order while others change findings, and puts new ones at the end', () => {
    const state = play([
      loaded(),
      { type: 'changed', finding: aFindingView('a', 100, { review: 'rejected' }) },
      { type: 'changed', finding: aFindingView('n', 1) },
    ])
    expect(reviewsOf(state)).toEqual(['a rejected', 'b undecided', 'c undecided', 'n undecided'])
  })

  it('filters by class, reach, presence and state, and does not drop a row because it was just decided', () => {
    const mixed = [...THREE, aFindingView('w', 10, { label: 'algae' }), aFindingView('g', 20, { presence: 'gone' })]
    const only = (filter: ReviewState['filter']) => play([loaded(mixed), { type: 'filter', filter }])
    expect(only({ label: 'algae' }).order).toEqual(['w'])
    expect(only({ presence: 'gone' }).order).toEqual(['g'])
    expect(only({ reach: 'R-9' })).toMatchObject({ order: [], selectedId: null })
    const undecided = play([say(confirm)], only({ review: 'undecided', label: 'debris', presence: 'present' }))
    expect(reviewsOf(undecided)).toEqual(['a confirmed', 'b undecided', 'c undecided'])
  })

  it('asks for the reason of a rejection only where something is selected', () => {
    expect(play([{ type: 'mode', mode: 'rejecting' }]).mode).toBe('looking')
    const asking = play([loaded(), { type: 'mode', mode: 'rejecting' }])
    expect(asking.mode).toBe('rejecting')
    expect(play([{ type: 'move', by: 1 }], asking)).toMatchObject({ mode: 'looking', selectedId: 'b' })
  })
})

test('whatever is said and taken back, and however slowly it arrives: the page shows what the server then holds', () => {
  const step = fc.oneof(
    fc.constant({ do: 'confirm' as const }),
    fc.constant({ do: 'reject' as const }),
    fc.record({ do: fc.constant('reclass' as const), label: fc.constantFrom('algae', 'boat', 'debris') }),
    fc.constant({ do: 'undo' as const }),
    fc.constant({ do: 'arrive' as const }),
    fc.record({ do: fc.constant('move' as const), by: fc.constantFrom(1 as const, -1 as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const server = new Map(THREE.map((finding) => [finding.id, finding]))
      let state = play([loaded()])
      const arrive = () => {
        const [word] = state.unsent
        if (word === undefined) return
        const before = server.get(word.findingId)!
        if (word.body.expectedVerdicts !== undefined) expect(word.body.expectedVerdicts).toBe(before.verdictCount)
        const after = withWords(before, [word])
        server.set(after.id, after)
        state = play([{ type: 'sent', key: word.key, finding: after }], state)
      }
      steps.forEach((one, i) => {
        const key = `k${i}`
        if (one.do === 'arrive') arrive()
        else if (one.do === 'undo') state = play([{ type: 'undo', key }], state)
        else if (one.do === 'move') state = play([{ type: 'move', by: one.by }], state)
        else if (one.do === 'reclass') state = play([say({ verdict: 'reclassed', label: one.label }, key)], state)
        else state = play([say(one.do === 'confirm' ? confirm : reject, key)], state)
      })
      const shown = () => Object.fromEntries([...server.keys()].map((id) => [id, shownFinding(state, id)]))
      const promised = shown()
      while (state.unsent.length > 0) arrive()
      const held = Object.fromEntries(server)
      expect(shown()).toEqual(held)
      for (const [id, { review, label }] of Object.entries(held))
        expect([promised[id]!.review, promised[id]!.label]).toEqual([review, label])
    }),
  )
})

test('what may go through later is tried again, ever more slowly; what was refused is not', () => {
  expect([0, 429, 503, 500].map(mayGoThroughLater)).toEqual([true, true, true, true])
  expect([400, 403, 404, 409].map(mayGoThroughLater)).toEqual([false, false, false, false])
  expect([1, 2, 3, 20].map(pauseBefore)).toEqual([1_000, 2_000, 4_000, 30_000])
})

describe('what a finding may be the same thing as', () => {
  it('is what lies near and stands for itself, of its own class first', () => {
    const all = [
      aFindingView('self', 500),
      aFindingView('far', 900),
      aFindingView('near', 520),
      aFindingView('boat', 501, { label: 'boat' }),
      aFindingView('rejected', 505, { review: 'rejected' }),
      aFindingView('same', 510, { review: 'duplicate' }),
    ]
    expect(duplicateCandidates(all, all[0]!).map(({ id }) => id)).toEqual(['near', 'far', 'boat'])
  })
})
