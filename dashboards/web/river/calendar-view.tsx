import { monthAfter, type PatrolDay, weeksOf } from './calendar.ts'
import { useRiverWords } from './words.ts'

interface CalendarViewProps {
  days: ReadonlyMap<string, PatrolDay>
  /** `2026-11` */
  month: string
  today: string
  chosen: string | null
  onMonth: (month: string) => void
  onDay: (day: string | null) => void
}

/** A month: days with flights underlined, those with something left to review with a dot. */
export function CalendarView({ days, month, today, chosen, onMonth, onDay }: CalendarViewProps) {
  const { t, language } = useRiverWords()
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const name = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' })
  return (
    <div className="calendar">
      <div className="calendar-head">
        <button
          type="button"
          className="icon"
          aria-label={t('river.calendar.previous')}
          onClick={() => onMonth(monthAfter(month, -1))}
        >
          ‹
        </button>
        <b>{name.format(Date.parse(`${month}-01T00:00:00Z`))}</b>
        <button
          type="button"
          className="icon"
          aria-label={t('river.calendar.next')}
          onClick={() => onMonth(monthAfter(month, 1))}
        >
          ›
        </button>
      </div>
      <table aria-label={t('river.calendar')}>
        <thead>
          <tr>
            {[...t('river.calendar.weekdays')].map((weekday, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two English weekdays have one letter
              <th key={i} scope="col">
                {weekday}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week.find((day) => day !== null)}>
              {week.map((day, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place in the week
                <td key={i}>{day !== null && <Day {...{ day, today, chosen, onDay }} flown={days.get(day)} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="fine">{t('river.calendar.legend')}</p>
    </div>
  )
}

interface DayProps {
  day: string
  flown: PatrolDay | undefined
  today: string
  chosen: string | null
  onDay: (day: string | null) => void
}

function Day({ day, flown, today, chosen, onDay }: DayProps) {
  const { t } = useRiverWords()
  const number = String(Number(day.slice(-2)))
  if (flown === undefined) return <span className={day === today ? 'is-today' : undefined}>{number}</span>
  const { flights, undecided } = flown
  return (
    <button
      type="button"
      className={`day${day === today ? ' is-today' : ''}${undecided > 0 ? ' is-open' : ''}`}
      aria-pressed={day === chosen}
      aria-label={t('river.calendar.day', { day, flights, undecided })}
      onClick={() => onDay(day === chosen ? null : day)}
    >
      {number}
    </button>
  )
}
