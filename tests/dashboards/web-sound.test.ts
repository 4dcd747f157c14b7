import { describe, expect, it, test } from 'vitest'
import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import type { FloodBriefView } from '../../dashboards/contract.ts'
import {
  answered,
  decideSound,
  MUTE_MS,
  SILENT,
  type SoundState,
  type Tone,
  toggleMute,
} from '../../dashboards/web/shell/sound/sound-plan.ts'
import { alertOf } from './alert-of.ts'

const SEVERITY = ['critical', 'major', 'minor', 'warning'] as const
const of = (id: string, level: 1 | 2 | 3 | 4, more: Partial<Alert> = {}) =>
  toAlertView(alertOf({ id, severity: SEVERITY[level - 1]!, ...more }))

/** One seat: what it hears second by second. */
function seat(...atFirst: ReturnType<typeof of>[]) {
  let state: SoundState = SILENT
  let nowS = 0
  let alerts = new Map(atFirst.map((alert) => [alert.id, alert]))
  let isFlood = false
  let isLost = false
  function hear(): Tone | null {
    const link = isLost
      ? ({ state: 'lost', sinceMs: 0, attempt: 1 } as const)
      : ({ state: 'live', latencyMs: 1 } as const)
    const flood = isFlood ? ({} as FloodBriefView) : null
    const stats = { devices: 1, devicesOnline: 1, readingsPerS: 0, framesTotal: 0, alertsOpen: 0, flood }
    const decided = decideSound(state, { alerts, link, loaded: true, stats }, nowS * 1000)
    state = decided.state
    return decided.tone
  }
  hear()
  return {
    comes: (alert: ReturnType<typeof of>) => {
      alerts = new Map(alerts).set(alert.id, alert)
      return hear()
    },
    /** What is heard in the next seconds, with the second at which it is. */
    waits(seconds: number) {
      const told: string[] = []
      for (let s = 0; s < seconds; s++) {
        nowS++
        const tone = hear()
        if (tone !== null) told.push(`${nowS}:${tone}`)
      }
      return told.join(' ')
    },
    answers: () => {
      state = answered(state, nowS * 1000)
    },
    mutes: () => {
      state = toggleMute(state, nowS * 1000)
    },
    floods: () => {
      isFlood = true
    },
    loses: () => {
      isLost = true
      return hear()
    },
  }
}

describe('what is heard', () => {
  test.each<[1 | 2 | 3 | 4, Tone | null]>([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, null],
  ])('of a new alert of level %d', (level, tone) => expect(seat().comes(of('A', level))).toBe(tone))

  it('is nothing of what was there when the page came, but for level Ⅰ, which calls', () => {
    expect(seat(of('A', 2), of('B', 3)).waits(20)).toBe('')
    expect(seat(of('A', 1)).waits(12)).toBe('1:1 11:1')
  })

  it('is nothing of what is acknowledged, kept quiet or only told again', () => {
    const one = seat()
    expect(one.comes(of('A', 1, { acknowledged: true }))).toBeNull()
    expect(one.comes(of('B', 1, { quiet: { gate: 'silence', by: 's', sinceMs: 0 } }))).toBeNull()
    one.comes(of('C', 2))
    expect(one.comes(of('C', 2, { occurrences: 5, version: 2 }))).toBeNull()
  })

  it('is the level that an alert rises to', () => {
    const one = seat()
    one.comes(of('A', 3))
    expect(one.comes(of('A', 2, { version: 2 }))).toBe(2)
  })

  it('is level Ⅰ every ten seconds until this seat acknowledges, then once a minute while it waits', () => {
    const one = seat()
    expect(one.comes(of('A', 1))).toBe(1)
    expect(one.waits(20)).toBe('10:1 20:1')
    one.answers()
    expect(one.waits(61)).toBe('80:1')
    expect(one.comes(of('B', 1))).toBe(1)
    expect(one.waits(10)).toBe('91:1')
  })

  it('is over when the last level Ⅰ is acknowledged', () => {
    const one = seat()
    one.comes(of('A', 1))
    one.comes(of('A', 1, { acknowledged: true, version: 2 }))
    expect(one.waits(70)).toBe('')
  })

  it('is level Ⅲ at most once in ten seconds', () => {
    const one = seat()
    expect([one.comes(of('A', 3)), one.comes(of('B', 3))]).toEqual([3, null])
    one.waits(10)
    expect(one.comes(of('C', 3))).toBe(3)
  })

  it('is one sound in ten seconds while alerts flood', () => {
    const one = seat()
    one.floods()
    expect([one.comes(of('A', 2)), one.comes(of('B', 2)), one.comes(of('C', 1))]).toEqual([2, null, 1])
    expect([one.comes(of('D', 1)), one.waits(10)]).toEqual([null, '10:1'])
  })

  it('is nothing for five minutes once muted, but for a new level Ⅰ, once a minute; and then all again', () => {
    const one = seat()
    one.comes(of('A', 1))
    one.mutes()
    expect(one.waits(59)).toBe('')
    expect(one.comes(of('B', 2))).toBeNull()
    one.waits(1)
    expect([one.comes(of('C', 1)), one.comes(of('D', 1))]).toEqual([1, null])
    expect(one.waits(MUTE_MS / 1000)).toMatch(/^300:1 310:1/)
  })

  it('is that the connection broke, once', () => {
    const one = seat(of('A', 1))
    expect([one.loses(), one.waits(30)]).toEqual(['lost', ''])
  })
})
