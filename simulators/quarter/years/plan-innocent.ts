import { type Activity, type Doing, toActivity } from './activity.ts'
import { atHour, DAY_MS, isWeekend } from './calendar.ts'
import type { Dice } from './dice.ts'

export interface Innocent {
  house: number
  story: string
  /** Local day on which it begins. */
  day: number
}

/** Somebody moves in: crates, furniture, a deep cleaning, pictures on two or three evenings. No wall is touched. */
export function planTenant({ house, story, day }: Innocent, dice: Dice): Activity[] {
  const activities: Activity[] = []
  const plan = (doing: Doing, on: number, fromHour: number, hours: number, strength = 1) => {
    const at = atHour(on, fromHour)
    activities.push(toActivity(doing, { house, story, fromMs: at, toMs: at + hours * 3_600_000 }, strength))
  }
  const emptyDays = dice.between(3, 40)
  activities.push({ house, story, fromMs: atHour(day, 9) - emptyDays * DAY_MS, toMs: atHour(day, 8), vacates: true })
  plan('clean', day - 1, dice.between(9, 14), dice.between(2, 5))
  for (let moving = 0; moving < (dice.chance(0.35) ? 2 : 1); moving++)
    plan('carry', day + moving, dice.between(8, 11), dice.between(2.5, 7))
  for (let on = 0; on < 3; on++)
    if (dice.chance(0.7)) plan('assemble', day + on, dice.between(13, 18), dice.between(1, 3.5))
  for (let time = 0; time < 1 + dice.count(1.2); time++) {
    const on = day + Math.floor(dice.between(0, 15))
    plan(
      'hooks',
      on,
      isWeekend(on) ? dice.between(9, 17) : dice.between(17.5, 20),
      dice.between(0.3, 1.5),
      dice.spread(1, 0.4),
    )
  }
  if (dice.chance(0.25)) plan('paint', day - 2, dice.between(8, 10), dice.between(4, 8))
  if (dice.chance(0.3)) plan('core', day + Math.floor(dice.between(1, 10)), dice.between(9, 15), dice.between(0.7, 1.8))
  return activities
}

/** A shop that sells something else from now on: shelves, a sign, paint, crates; one to four days. */
export function planRefit({ house, story, day }: Innocent, dice: Dice): Activity[] {
  const activities: Activity[] = []
  const days = 1 + Math.floor(dice.between(0, 4))
  for (let on = day; on < day + days; on++) {
    let hour = dice.between(8, 10)
    for (const doing of ['carry', 'assemble', 'hooks', 'paint'] as const) {
      const hours = dice.between(0.5, doing === 'hooks' ? 1.5 : 3)
      if (dice.chance(0.65)) {
        const fromMs = atHour(on, hour)
        activities.push(
          toActivity(doing, { house, story, fromMs, toMs: fromMs + hours * 3_600_000 }, dice.spread(1, 0.3)),
        )
        hour += hours
      }
    }
    if (dice.chance(0.15)) {
      const fromMs = atHour(on, 14)
      activities.push(toActivity('saw', { house, story, fromMs, toMs: fromMs + 1_800_000 }))
    }
  }
  return activities
}

/** An air conditioner, a water heater, a leaking pipe: one to three hours of hard drilling or hammering, on one day. */
export function planHandyman({ house, story, day }: Innocent, dice: Dice): Activity[] {
  const doing = dice.chance(0.75) ? 'core' : 'strip'
  const fromMs = atHour(day, dice.chance(0.5) ? dice.between(8.5, 11) : dice.between(13.5, 16))
  const toMs = fromMs + dice.between(0.6, 2.5) * 3_600_000
  const activities = [toActivity(doing, { house, story, fromMs, toMs }, dice.spread(1, 0.3))]
  if (dice.chance(0.5)) activities.push(toActivity('clean', { house, story, fromMs: toMs, toMs: toMs + 2_400_000 }))
  return activities
}
