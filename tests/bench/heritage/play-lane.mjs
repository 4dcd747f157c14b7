// One lane's year through the house book and the judge of works, with a manager who visits.

import { createFusionBook } from '../../../dist/detectors/fusion/fusion-book.js'
import { createHouseBook } from '../../../dist/detectors/houses/house-book.js'
import { shippedCalendar } from '../../../dist/detectors/rules/files/parse-calendars.js'
import { DAYS_OF_YEAR, dayStartMs, YEAR_FROM_MS } from '../../../dist/simulators/quarter/years/calendar.js'
import { makeLaneYear } from '../../../dist/simulators/quarter/years/lane-year.js'
import { hasUnfiledWorks } from '../../../dist/simulators/quarter/years/story.js'
import { createManager } from './manager.mjs'

/**
 * What was said in one lane's year, and what was true: warnings, and the probability of each watched house at each day's end. With `look`
 * nobody visits, and it is told every `look.everyMs` what is thought of each house.
 */
export function playLane(seed, { table, options, look }) {
  const year = makeLaneYear(seed, options)
  const { lane, stories } = year
  const houses = createHouseBook()
  for (const { building } of lane.houses)
    houses.applyEntry({ type: 'building.changed', atMs: YEAR_FROM_MS, by: 'bench', building, afterSeq: 0 })
  houses.settle()
  const calendar = shippedCalendar(table.working.calendar)
  const fusion = createFusionBook({ table, timeZone: 'Asia/Shanghai', calendar, houses })
  const manager = createManager(year)
  const watched = lane.houses.filter(({ sensors }) => sensors.length > 0)
  const indexOf = new Map(lane.houses.map(({ index, building }) => [building.id, index]))
  const [warnings, dayEnds] = [[], []]
  const likely = new Map()
  let [seq, arrivals, day] = [0, 0, 0]
  let lookMs = look === undefined ? Number.POSITIVE_INFINITY : YEAR_FROM_MS

  function hear(news) {
    for (const { change, atMs, suspicion } of news) {
      const house = indexOf.get(suspicion.building)
      if (change === 'likely') {
        const { probability, evidence } = suspicion
        const warning = { seed, house, atMs, untilMs: Number.POSITIVE_INFINITY, probability, evidence }
        warnings.push(warning)
        likely.set(house, warning)
        if (look === undefined) manager.warned(house, atMs)
      } else if (suspicion.state !== 'likely' && likely.has(house)) {
        likely.get(house).untilMs = atMs
        likely.delete(house)
      }
    }
  }

  function pass(atMs) {
    const nextMs = () => Math.min(manager.nextMs(), dayStartMs(day + 1), lookMs)
    for (let next = nextMs(); next <= atMs; next = nextMs()) {
      hear(fusion.advance(next))
      if (next === lookMs) lookAround()
      else if (next === dayStartMs(day + 1)) endDay(day++)
      else say(manager.speak(next, () => houses.unmatched({ limit: 100 }).items))
    }
    hear(fusion.advance(atMs))
  }

  function say(words) {
    for (const word of words) {
      houses.applyEntry({ ...word, afterSeq: seq })
      houses.settle()
      hear(fusion.takeWords())
    }
  }

  function endDay(ended) {
    if (ended >= DAYS_OF_YEAR) return
    const atMs = dayStartMs(ended + 1)
    for (const { index, building } of watched) {
      const suspicion = fusion.suspicionOf(building.id)
      const isTrue = hasUnfiledWorks(stories, index, atMs)
      dayEnds.push({
        seed,
        house: index,
        day: ended,
        probability: suspicion.probability,
        state: suspicion.state,
        isTrue,
      })
    }
  }

  function lookAround() {
    for (const { index, building } of watched) {
      const levels = fusion.levelsOf(building.id)
      look.take({
        year,
        house: index,
        atMs: lookMs,
        levels,
        isFiled: fusion.suspicionOf(building.id).state === 'approved',
      })
    }
    lookMs += look.everyMs
  }

  for (const one of year.arrivals()) {
    pass(one.arrivalMs)
    arrivals++
    if (one.kind === 'finding') hear(fusion.hear(one.news))
    else {
      seq = one.observation.seq
      houses.observe(one.observation)
      hear(fusion.observe(one.observation))
    }
  }
  pass(dayStartMs(DAYS_OF_YEAR))
  return {
    seed,
    stories,
    watched: watched.map(({ index }) => index),
    warnings,
    dayEnds,
    arrivals,
    visits: manager.visits,
  }
}
