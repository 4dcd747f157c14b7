import { describe, expect, it } from 'vitest'
import { type PathInput, type PathState, startPath, stepPath } from '../../alerts/path-watch.ts'

const TIMES = { everyMs: 300_000, withinMs: 60_000 }
const WAYS = ['dispatch/desk', 'outputs/hook']

/** A watch whose first test is due after 10 s, and what it did. */
function watch() {
  let state: PathState = startPath(10_000)
  const sent: string[] = []
  return {
    sent,
    get state() {
      return state
    },
    at(seconds: number, input: PathInput) {
      const step = stepPath(state, input, seconds * 1000, TIMES)
      state = step.state
      if (step.send) sent.push(`${seconds}s ${step.send}`)
    },
    tick(seconds: number, ways: readonly string[] = WAYS) {
      this.at(seconds, { type: 'tick', ways })
    },
    raised(seconds: number, seq: number, ways: readonly string[] = WAYS) {
      this.at(seconds, { type: 'raised', seq, ways })
    },
    answered(seconds: number, way: string, seq: number) {
      this.at(seconds, { type: 'answered', way, seq })
    },
  }
}

describe('a watch over the path', () => {
  it('sends a test when it is due, clears it when it is in the ledger, and is content when everybody has answered', () => {
    const path = watch()
    path.tick(9)
    path.tick(10)
    path.tick(11)
    path.raised(11.5, 7)
    path.answered(12, 'outputs/hook', 7)
    path.answered(12.5, 'dispatch/desk', 6)
    expect(path.state.success).toBeNull()
    path.answered(13, 'dispatch/desk', 9)

    expect(path.sent).toEqual(['10s raise', '11.5s clear'])
    expect(path.state.success).toEqual({ atMs: 13_000, roundTripMs: 3_000 })
    path.tick(309)
    path.tick(310)
    expect(path.sent.slice(2)).toEqual(['310s raise'])
  })

  it('names those who have not answered in time, and takes it back when they do', () => {
    const path = watch()
    path.tick(10)
    path.raised(11, 7)
    path.answered(12, 'dispatch/desk', 7)
    path.tick(69)
    expect(path.state.silent).toEqual({})
    path.tick(70)
    expect(path.state).toMatchObject({ silent: { 'outputs/hook': 70_000 }, failed: 1, success: null })

    path.tick(310)
    path.raised(311, 20)
    path.tick(370)
    expect(path.state).toMatchObject({ silent: { 'dispatch/desk': 370_000, 'outputs/hook': 70_000 }, failed: 2 })
    path.answered(371, 'outputs/hook', 7)
    path.answered(371, 'dispatch/desk', 20)
    expect(path.state.silent).toEqual({ 'outputs/hook': 70_000 })
    path.answered(372, 'outputs/hook', 20)
    expect(path.state.silent).toEqual({})
  })

  it('says that the path is broken when a test does not reach the ledger, until one does', () => {
    const path = watch()
    path.tick(10)
    path.tick(70)
    expect(path.state).toMatchObject({ brokenSinceMs: 70_000, silent: {}, failed: 1 })
    path.tick(310)
    path.tick(370)
    expect(path.state.brokenSinceMs).toBe(70_000)
    path.raised(400, 7)
    expect(path.state.brokenSinceMs).toBeNull()
    expect(path.sent).toEqual(['10s raise', '310s raise', '400s clear'])
  })

  it('awaits nobody who was forgotten, and is content with the ledger where there is nobody to await', () => {
    const path = watch()
    path.tick(10)
    path.raised(11, 7)
    path.answered(12, 'outputs/hook', 7)
    path.tick(13, ['outputs/hook'])
    expect(path.state.success?.roundTripMs).toBe(3_000)

    path.tick(310)
    path.raised(311, 9)
    path.tick(370)
    path.tick(371, [])
    expect(path.state.silent).toEqual({})
    path.tick(610, [])
    path.raised(611, 12, [])
    expect(path.state.success?.atMs).toBe(611_000)
  })
})
