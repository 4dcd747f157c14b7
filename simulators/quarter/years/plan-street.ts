import type { Activity } from './activity.ts'
import { atHour, DAY_MS, dayStartMs, FESTIVALS, isWorkday } from './calendar.ts'
import type { Dice } from './dice.ts'
import type { LanePlan } from './lane-plan.ts'
import { ROAD_WORKS_PER_LANE } from './story.ts'

/** What happens before all houses of the lane: road works and festivals. */
export function planStreet(plan: LanePlan, dice: Dice): void {
  for (let times = dice.count(ROAD_WORKS_PER_LANE); times > 0; times--) planRoadWorks(plan, dice)
  for (const festival of FESTIVALS) {
    const story = `festival-${festival.name}`
    for (let day = festival.from; day <= festival.to; day++) {
      const crowd = { house: null, alongM: 25, story, noise: { db: festival.crowdDb, share: 0.8 }, dustUgM3: 60 }
      plan.activities.push({ ...crowd, fromMs: atHour(day, 10), toMs: atHour(day, 21.5) })
      if (festival.crackers) plan.activities.push(...firecrackers(day, story, dice))
    }
  }
}

/** The breaker opens the paving along the lane, a stretch a day; then it is closed again. */
function planRoadWorks({ lane, activities, stories }: LanePlan, dice: Dice): void {
  const first = Math.floor(dice.between(50, 330))
  const days = 2 + Math.floor(dice.between(0, 8))
  const lengthM = lane.houses.at(-1)!.alongM
  const story = `road-works-${first}`
  for (let day = first; day < first + days; day++) {
    if (!isWorkday(day)) continue
    const alongM = (lengthM * (day - first + 0.5)) / days
    const place = { house: null, alongM, story, fromMs: atHour(day, 8.2), toMs: atHour(day, 17) }
    const isBreaking = day < first + 0.7 * days
    activities.push({
      ...place,
      shakes: [
        isBreaking
          ? { source: 'breaker', peakMmS: dice.spread(3, 0.3), perHour: 25 }
          : { source: 'traffic', peakMmS: dice.spread(1.2, 0.3), perHour: 15 },
      ],
      noise: { db: isBreaking ? 92 : 84, share: 0.3 },
      dustUgM3: 400,
    })
  }
  stories.push({
    ...{ id: story, kind: 'road_works', house: null },
    ...{ fromMs: dayStartMs(first), toMs: dayStartMs(first) + days * DAY_MS },
  })
}

function firecrackers(day: number, story: string, dice: Dice): Activity[] {
  const bangs = (fromHour: number, hours: number): Activity => ({
    ...{ house: null, alongM: dice.between(0, 50), story, fromMs: atHour(day, fromHour) },
    toMs: atHour(day, fromHour + hours),
    shakes: [{ source: 'cracker', peakMmS: 0.5, perHour: 20 }],
    noise: { db: 98, share: 0.1 },
    dustUgM3: dice.spread(1500, 0.5),
  })
  const evening = bangs(dice.between(17.5, 19.5), dice.between(0.5, 2))
  return dice.chance(0.4) ? [evening, bangs(23.4, 1)] : [evening]
}
