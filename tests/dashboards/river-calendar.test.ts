import { describe, expect, it, test } from 'vitest'
import type { PatrolDigestView } from '../../dashboards/contract.ts'
import { daysOf, isOverdue, monthAfter, toDayOf, weeksOf } from '../../dashboards/web/river/calendar.ts'
import { readAddress, writeAddress } from '../../dashboards/web/river/scope.ts'

function aDigest(beganAt: string, undecided: number, ...rivers: string[]): PatrolDigestView {
  const none = { expected: 0, received: 0, analysed: 0, refused: 0 }
  const media = { promised: 0, delivered: 0, lost: [], awaited: [] }
  return {
    flight: { id: beganAt, device: 'drone-1', beganAt, lastAt: beganAt, frames: none, media },
    coverage: {
      ...{ plannedM: 0, coveredM: 0, gaps: [] },
      stretches: rivers.map((river) => ({ river, plannedM: 10, coveredM: 5 })),
    },
    findings: { seen: undecided + 1, undecided },
  }
}

describe('the calendar', () => {
  const dayOf = toDayOf('Asia/Shanghai')

  it('counts flights and what is left to review by the day of the zone', () => {
    const digests = [
      aDigest('2026-11-21T15:59:00Z', 1, '文津河'),
      aDigest('2026-11-21T16:01:00Z', 2, '文津河'),
      aDigest('2026-11-22T02:00:00Z', 3, '学宫河'),
      aDigest('2026-11-22T03:00:00Z', 0),
    ]
    expect([...daysOf(digests, dayOf).values()]).toEqual([
      { day: '2026-11-21', flights: 1, undecided: 1 },
      { day: '2026-11-22', flights: 3, undecided: 5 },
    ])
    expect(daysOf(digests, dayOf, '文津河').get('2026-11-22')).toEqual({ day: '2026-11-22', flights: 2, undecided: 2 })
  })

  test.each([
    ['2026-11', 6, '2026-11-01', 30],
    ['2026-02', 5, '2026-02-01', 28],
    ['2024-02', 5, '2024-02-01', 29],
  ])('lays %s out in weeks that begin on Monday', (month, weeks, first, days) => {
    const cells = weeksOf(month)
    expect(cells).toHaveLength(weeks)
    expect(cells.flat().filter((day) => day !== null)).toHaveLength(days)
    expect(cells[0]!.indexOf(first)).toBe((new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7)
  })

  it('turns its leaves over the year', () => {
    expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1)]).toEqual(['2027-01', '2025-12'])
  })

  it('calls a reach overdue that nobody looked at for more than seven days, or ever', () => {
    const nowMs = Date.UTC(2026, 10, 22)
    const at = (day: number) => ({
      lastCovered: { flightId: 'f', at: new Date(Date.UTC(2026, 10, day)).toISOString() },
    })
    expect([isOverdue(at(15), nowMs), isOverdue(at(14), nowMs), isOverdue({}, nowMs)]).toEqual([false, true, true])
  })
})

describe('the address', () => {
  test.each([
    '?flight=patrol-1&reach=R-2&class=algae&presence=gone&state=undecided&finding=f1-0',
    '?reach=R-2&state=disputed',
    '',
  ])('%s says what is shown, and comes back the same', (search) => {
    expect(writeAddress('', readAddress(search))).toBe(search)
  })

  it('leaves alone what it does not know, and takes nothing that is none of its words', () => {
    const { scope, filter } = readAddress('?lang=en&state=wonderful&presence=maybe')
    expect({ scope, filter }).toEqual({ scope: null, filter: {} })
    expect(writeAddress('?lang=en', { scope: { kind: 'reach', id: 'R-2' }, filter: {}, findingId: null })).toBe(
      '?lang=en&reach=R-2',
    )
  })
})
