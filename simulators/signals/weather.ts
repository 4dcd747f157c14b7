import { driftAt } from '../random.ts'

/** The sub-district keeps UTC+8 all year. */
export const LOCAL_OFFSET_MS = 8 * 3_600_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const YEAR_DAYS = 365.2425

/** Local time of day in hours, 0…24. */
export function hourOfDay(atMs: number): number {
  return ((atMs + LOCAL_OFFSET_MS) % DAY_MS) / HOUR_MS
}

/** A cosine over the day that is 1 at `peakHour` and -1 twelve hours later. */
export function dailyWave(atMs: number, peakHour: number): number {
  return Math.cos((2 * Math.PI * (hourOfDay(atMs) - peakHour)) / 24)
}

/**
 * Outdoor air, °C: the year's and the day's wave and a drift of weather over them, in hours and in days. Mean, amplitude and the warmest day
 * (late July) are rounded from the climate of the lower Yangtze (monthly means about 4 °C in January, 29 °C in July).
 */
export function outdoorTempC(atMs: number, seed: number): number {
  return airOfDaysC(atMs, seed) + 3.5 * dailyWave(atMs, 15) + 2 * driftAt(seed, 'weather', atMs, 9 * HOUR_MS)
}

/** Outdoor air without what changes within a day, °C. */
function airOfDaysC(atMs: number, seed: number): number {
  const yearDay = (atMs / DAY_MS) % YEAR_DAYS
  const season = 16.8 + 12 * Math.cos((2 * Math.PI * (yearDay - 208)) / YEAR_DAYS)
  return season + 4 * driftAt(seed, 'front', atMs, 3 * DAY_MS)
}

/** The skin of a wall in the sun, °C: an hour behind the air, and up to so much warmer in the afternoon. */
export function wallTempC(atMs: number, seed: number, sunK: number): number {
  return outdoorTempC(atMs - HOUR_MS, seed) + sunK * Math.max(0, dailyWave(atMs, 15)) ** 2
}

/** The inside of old masonry, °C: about a mean of the weather of two weeks. */
export function coreTempC(atMs: number, seed: number): number {
  const ages = [0.5, 1.5, 3, 5, 8, 12]
  return ages.reduce((sum, days) => sum + airOfDaysC(atMs - days * DAY_MS, seed), 0) / ages.length
}

/** Showers come when this wave is high: on three days of ten. */
const RAIN = { periodMs: 15 * HOUR_MS, above: 0.5, mmHPerUnit: 12 }

/** Rain, mm an hour: showers of some hours, up to 6 mm/h. Cloudbursts are incidents. */
export function rainMmH(atMs: number, seed: number): number {
  return Math.max(0, driftAt(seed, 'rain', atMs, RAIN.periodMs) - RAIN.above) * RAIN.mmHPerUnit
}

/** Mean rain of the six hours before, mm an hour: what a river still carries of it. */
export function recentRainMmH(atMs: number, seed: number): number {
  const hours = [0, 1, 2, 3, 4, 5]
  return hours.reduce((sum, hour) => sum + rainMmH(atMs - hour * HOUR_MS, seed), 0) / hours.length
}

/** Outdoor relative humidity, %: driest in the early afternoon, highest in rain. */
export function outdoorHumidityPct(atMs: number, seed: number): number {
  const rain = 12 * Math.min(1, rainMmH(atMs, seed) / 3)
  return 72 - 10 * dailyWave(atMs, 15) + 7 * driftAt(seed, 'damp', atMs, 11 * HOUR_MS) + rain
}

/** Saturdays and Sundays, by local time; 1970-01-01 was a Thursday. */
export function isWeekend(atMs: number): boolean {
  return [2, 3].includes(Math.floor((atMs + LOCAL_OFFSET_MS) / DAY_MS) % 7)
}

const MEALS = { weekday: [7.5, 11.8, 18.2], weekend: [9, 12.2, 18] }

/** 0…1: how much people cook, move and drive. Quiet at night, peaks at meals; weekends begin later. */
export function bustle(atMs: number): number {
  const hour = hourOfDay(atMs)
  const meals = isWeekend(atMs) ? MEALS.weekend : MEALS.weekday
  const peaks = meals.reduce((sum, peak) => sum + Math.exp(-((hour - peak) ** 2) / 1.6), 0)
  return Math.min(1, (hour > 6 && hour < 22.5 ? 0.35 : 0.05) + 0.6 * peaks)
}
