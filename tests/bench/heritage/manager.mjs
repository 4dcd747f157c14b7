// The people of a bench: a zone manager who goes where it is likely, and a clerk who says which house an unclear record means.
import { officeTimeFrom } from '../../../dist/simulators/quarter/years/calendar.js'
import { createDice } from '../../../dist/simulators/quarter/years/dice.js'
import { hasWorks } from '../../../dist/simulators/quarter/years/story.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Traces of works are seen for some days after they ended. */
const TRACES_MS = 3 * DAY_MS
const MOST_TRIES = 3
/** What they find, by whether works go on, filed or not: a filing that was said but has not come yet is not known to them either. Who works has the door closed more often. */
const FINDS = {
  works: { works_found: 85, refused_entry: 11, none: 4 },
  nothing: { none: 94, refused_entry: 6 },
}

export function createManager({ lane, stories, papers }) {
  const dice = createDice(lane.seed, 'manager')
  const due = []
  const houseOfRecord = new Map(papers.map(({ record, house }) => [record.recordId, lane.houses[house].building.id]))
  let visits = 0
  let nextClerkMs = 0

  function plan(house, fromMs, tries) {
    if (due.some((one) => one.house === house)) return
    const atMs = officeTimeFrom(fromMs + dice.between(1, 6) * HOUR_MS, dice.next())
    due.push({ house, atMs: Math.round(atMs), tries })
    due.sort((a, b) => a.atMs - b.atMs)
  }

  function visit({ house, atMs, tries }) {
    const isOn = hasWorks(stories, house, atMs, TRACES_MS)
    const result = dice.weighted(isOn ? FINDS.works : FINDS.nothing)
    if (result === 'refused_entry' && tries < MOST_TRIES) plan(house, atMs + DAY_MS / 2, tries + 1)
    const by = 'zone-manager'
    const told = { id: `visit-${++visits}`, building: lane.houses[house].building.id, atMs, result, by }
    return { type: 'building.visited', atMs, by, visit: told }
  }

  return {
    get visits() {
      return visits
    },
    /** Somebody was told that works are likely there. */
    warned: (house, atMs) => plan(house, atMs, 1),
    nextMs: () => Math.min(due[0]?.atMs ?? Number.POSITIVE_INFINITY, nextClerkMs),
    /** Words of the moment `nextMs()`; `unmatched` are the records that wait. */
    speak(atMs, unmatched) {
      const words = []
      while (due.length > 0 && due[0].atMs <= atMs) words.push(visit(due.shift()))
      if (nextClerkMs > atMs) return words
      nextClerkMs = Math.round(officeTimeFrom(Math.max(atMs + HOUR_MS, DAY_MS * Math.ceil(atMs / DAY_MS)), 0.9))
      for (const { source, recordId } of unmatched())
        words.push({
          type: 'record.matched',
          atMs,
          by: 'clerk',
          source,
          recordId,
          building: houseOfRecord.get(recordId) ?? null,
        })
      return words
    },
  }
}
