import { Temporal } from 'temporal-polyfill'
import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { type Calendar, isWeekday } from './calendar.ts'
import { isZone } from './wall-clock.ts'

export const DEFAULT_ZONE = 'Asia/Shanghai'
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const DAY_KINDS = ['workdays', 'restdays', 'holidays', ...WEEKDAYS] as const
type DayKind = (typeof DAY_KINDS)[number]

const DAY_NAME = Type.Enum([...DAY_KINDS])
const CLOCK = Type.String({
  pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$|^24:00$',
  description: 'a time of day such as 08:00; 24:00 is the end of the day',
})

/** When a rule applies, as it is written. */
export const SCHEDULE = Type.Object(
  {
    zone: Type.Optional(Type.String({ description: 'an IANA time zone such as Asia/Shanghai' })),
    calendar: Type.Optional(Type.String({ description: 'the id of a calendar' })),
    intervals: Type.Array(
      Type.Object(
        {
          days: Type.Optional(
            Type.Union([DAY_NAME, Type.Array(DAY_NAME, { minItems: 1 })], {
              description: `one of ${DAY_KINDS.join(', ')}, or a list of them`,
            }),
          ),
          from: Type.Optional(CLOCK),
          to: Type.Optional(CLOCK),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 50, description: 'a list of intervals, each with days, from and to' },
    ),
    except: Type.Optional(Type.Boolean({ description: 'true or false (true: outside the intervals)' })),
  },
  { additionalProperties: false },
)
export type ScheduleSpec = Static<typeof SCHEDULE>

/** When a rule is in force: outside, its condition counts as not holding. */
export interface OpenTimes {
  /** The calendar that it asks for holidays, if it does. */
  readonly calendar?: { id: string; knows(year: number): boolean } | null
  isOpen(atMs: number): boolean
  /** The next moment after `atMs` at which `isOpen` changes, or Infinity. */
  nextChangeMs(atMs: number): number
}

/** Cheap to ask again about nearby moments; what changes only after more than 400 days counts as never. */
export interface Schedule extends OpenTimes {
  calendar: Calendar | null
  zone: string
}

/** A stretch of one local day in which nothing changes; `untilMs` is no longer part of it. */
interface Stretch {
  fromMs: number
  untilMs: number
  open: boolean
}

const HORIZON_DAYS = 400
const MAX_CACHED_DAYS = 1000

/**
 * Makes a schedule of what `scheduleObjections` found right.
 *
 * An interval belongs to the day on which it begins: `days: [fri], from: 22:00, to: 06:00` ends on Saturday morning.
 * `workdays` are Monday to Friday without the calendar's holidays and with its make-up workdays, `restdays` all others,
 * `holidays` the calendar's; names of weekdays do not ask the calendar. Without `days` every day is meant, without
 * `from` and `to` the whole day. A local time that the clocks skip is taken as much later as they skip, one that
 * they repeat is taken the first time.
 */
export function createSchedule(spec: ScheduleSpec, calendar: Calendar | null): Schedule {
  const zone = spec.zone ?? DEFAULT_ZONE
  const days = new Map<string, Stretch[]>()
  let last: Stretch = { fromMs: 0, untilMs: 0, open: false }
  let change: { fromMs: number; untilMs: number; nextMs: number } = { fromMs: 0, untilMs: 0, nextMs: 0 }

  function stretchAt(atMs: number): Stretch {
    if (atMs >= last.fromMs && atMs < last.untilMs) return last
    const day = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone).toPlainDate()
    last = stretchesOf(day).find(({ untilMs }) => atMs < untilMs)!
    return last
  }

  function stretchesOf(day: Temporal.PlainDate): Stretch[] {
    const key = day.toString()
    const known = days.get(key)
    if (known !== undefined) return known
    if (days.size >= MAX_CACHED_DAYS) days.clear()
    const made = cutDay(day, zone, (one) => openingsOf(spec, calendar, zone, one), spec.except === true)
    days.set(key, made)
    return made
  }

  function findChange(atMs: number): typeof change {
    const horizonMs = atMs + HORIZON_DAYS * 86_400_000
    const first = stretchAt(atMs)
    for (let next = first; ; next = stretchAt(next.untilMs)) {
      if (next.open !== first.open) return { fromMs: first.fromMs, untilMs: next.fromMs, nextMs: next.fromMs }
      if (next.untilMs > horizonMs)
        return { fromMs: first.fromMs, untilMs: first.untilMs, nextMs: Number.POSITIVE_INFINITY }
    }
  }

  return {
    calendar,
    zone,
    isOpen: (atMs) => stretchAt(atMs).open,
    nextChangeMs(atMs) {
      if (atMs < change.fromMs || atMs >= change.untilMs) change = findChange(atMs)
      return change.nextMs
    },
  }
}

/** Everything impossible about a schedule whose parts are well formed. Paths begin at the schedule. */
export function scheduleObjections(spec: ScheduleSpec, knownCalendars: ReadonlySet<string>): Objection[] {
  const found: Objection[] = []
  if (spec.zone !== undefined && !isZone(spec.zone))
    found.push({ path: ['zone'], message: `${spec.zone} is not a time zone, for example Asia/Shanghai` })
  if (spec.calendar !== undefined && !knownCalendars.has(spec.calendar))
    found.push({
      path: ['calendar'],
      message: `there is no calendar ${spec.calendar}; known are ${[...knownCalendars].join(', ')}`,
    })
  for (const [index, { days, from = '00:00', to = '24:00' }] of spec.intervals.entries()) {
    const path = ['intervals', String(index)]
    if (from === '24:00') found.push({ path: [...path, 'from'], message: 'from cannot be 24:00; write 00:00' })
    else if (from === to)
      found.push({ path: [...path, 'to'], message: 'to is the same as from; the whole day is 00:00 to 24:00' })
    if (spec.calendar === undefined && listOf(days).includes('holidays'))
      found.push({ path: [...path, 'days'], message: 'holidays needs a calendar, for example calendar: cn' })
  }
  return found
}

/** What opens on a day, in ms; it may end on the day after. */
function openingsOf(
  { intervals }: ScheduleSpec,
  calendar: Calendar | null,
  zone: string,
  day: Temporal.PlainDate,
): { fromMs: number; untilMs: number }[] {
  return intervals
    .filter(({ days }) => days === undefined || listOf(days).some((kind) => isOfKind(day, kind, calendar)))
    .map(({ from = '00:00', to = '24:00' }) => ({
      fromMs: instantMs(day, from, zone),
      untilMs: to !== '24:00' && to < from ? instantMs(day.add({ days: 1 }), to, zone) : instantMs(day, to, zone),
    }))
    .filter(({ fromMs, untilMs }) => fromMs < untilMs)
}

/** A local day as stretches without gaps, open where an interval of this day or the day before says so. */
function cutDay(
  day: Temporal.PlainDate,
  zone: string,
  openings: (day: Temporal.PlainDate) => { fromMs: number; untilMs: number }[],
  isReversed: boolean,
): Stretch[] {
  const dayFromMs = instantMs(day, '00:00', zone)
  const dayUntilMs = instantMs(day, '24:00', zone)
  const open = [...openings(day.subtract({ days: 1 })), ...openings(day)]
  const edges = open.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
  const cuts = [...new Set(edges)].filter((ms) => ms > dayFromMs && ms < dayUntilMs).sort((a, b) => a - b)
  return [dayFromMs, ...cuts].map((fromMs, index) => ({
    fromMs,
    untilMs: cuts[index] ?? dayUntilMs,
    open: open.some((one) => one.fromMs <= fromMs && fromMs < one.untilMs) !== isReversed,
  }))
}

function instantMs(day: Temporal.PlainDate, time: string, zone: string): number {
  if (time === '24:00') return instantMs(day.add({ days: 1 }), '00:00', zone)
  if (time === '00:00') return day.toZonedDateTime(zone).epochMilliseconds
  return day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds
}

function isOfKind(day: Temporal.PlainDate, kind: DayKind, calendar: Calendar | null): boolean {
  const isWorkday = () => (calendar === null ? isWeekday(day) : calendar.isWorkday(day))
  if (kind === 'workdays') return isWorkday()
  if (kind === 'restdays') return !isWorkday()
  if (kind === 'holidays') return calendar?.isHoliday(day) ?? false
  return WEEKDAYS[day.dayOfWeek - 1] === kind
}

function listOf(days: DayKind | DayKind[] | undefined): DayKind[] {
  if (days === undefined) return []
  return typeof days === 'string' ? [days] : days
}
