import { memo, useMemo, useState } from 'react'
import type { PatrolDigestView, ReachView, ReviewStatistics, RiverView } from '../../contract.ts'
import { Failure } from '../shell/failure.tsx'
import { Icon } from '../shell/icon.tsx'
import type { Loaded } from '../shell/use-loaded.ts'
import type { Times } from '../words/times.ts'
import { daysOf, isAtRiver, isOverdue, toDayOf } from './calendar.ts'
import { CalendarView } from './calendar-view.tsx'
import { FlightRow } from './flight-row.tsx'
import { isSameScope, type Scope } from './scope.ts'
import { classWords, percent, useRiverWords } from './words.ts'

interface FlightsPanelProps {
  patrols: Loaded<PatrolDigestView[]>
  rivers: RiverView[]
  statistics: ReviewStatistics | null
  scope: Scope | null
  timeZone: string
  times: Times
  nowMs: number
  onScope: (scope: Scope) => void
  onRetry: () => void
  onClose: () => void
}

/** What was flown when, what is left to review of it, and where nobody has looked for a week. */
export const FlightsPanel = memo(function FlightsPanel(props: FlightsPanelProps) {
  const { patrols, rivers, statistics, scope, timeZone, times, nowMs, onScope, onRetry, onClose } = props
  const { t } = useRiverWords()
  const dayOf = useMemo(() => toDayOf(timeZone), [timeZone])
  const today = dayOf(nowMs)
  const [river, setRiver] = useState<string | undefined>(undefined)
  const [day, setDay] = useState<string | null>(null)
  const flights = patrols.state === 'ready' ? patrols.value : NONE
  const [month, setMonth] = useState<string | null>(null)
  const days = useMemo(() => daysOf(flights, dayOf, river), [flights, dayOf, river])
  const newest = flights[0]
  const shown = flights.filter(
    (one) => (river === undefined || isAtRiver(one, river)) && (day === null || dayOf(one.flight.beganAt) === day),
  )
  return (
    <aside className="card flights-panel" aria-label={t('river.flights.title')}>
      <header>
        <h2>{t('river.flights.title')}</h2>
        <span className="grow" />
        <button type="button" className="icon flights-close" onClick={onClose} aria-label={t('dialog.close')}>
          <Icon name="close" />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="flights-body" tabIndex={0} aria-label={t('river.flights.title')}>
        {rivers.length > 1 && <RiverChoice {...{ rivers, river, setRiver }} />}
        <CalendarView
          {...{ days, today }}
          month={month ?? (newest === undefined ? today : dayOf(newest.flight.beganAt)).slice(0, 7)}
          chosen={day}
          onMonth={setMonth}
          onDay={setDay}
        />
        <h3 className="with-switch">
          {day === null ? t('river.flights.recent') : t('river.flights.day', { day })}
          <span className="grow" />
          {day !== null && (
            <button type="button" className="is-quiet" onClick={() => setDay(null)}>
              {t('river.flights.all')}
            </button>
          )}
        </h3>
        {patrols.state === 'failed' && (
          <Failure>
            {t('river.flights.failed', { message: patrols.message })}{' '}
            <button type="button" onClick={onRetry}>
              {t('action.retry')}
            </button>
          </Failure>
        )}
        {patrols.state === 'ready' && shown.length === 0 && <p className="fine">{t('river.flights.none')}</p>}
        <ul className="flight-list">
          {shown.slice(0, MOST_ROWS).map((digest) => (
            <FlightRow
              key={digest.flight.id}
              digest={digest}
              isChosen={isSameScope(scope, { kind: 'flight', id: digest.flight.id })}
              {...{ times, nowMs }}
              onChoose={() => onScope({ kind: 'flight', id: digest.flight.id })}
            />
          ))}
        </ul>
        {shown.length > MOST_ROWS && <p className="fine">{t('river.flights.more', { count: MOST_ROWS })}</p>}
        {rivers
          .filter(({ name, reaches }) => reaches.length > 0 && (river === undefined || name === river))
          .map((one) => (
            <Reaches key={one.name} river={one} {...{ scope, nowMs, dayOf, onScope }} />
          ))}
        <Precision statistics={statistics} />
      </section>
    </aside>
  )
})

const NONE: PatrolDigestView[] = []
const MOST_ROWS = 60

interface RiverChoiceProps {
  rivers: RiverView[]
  river: string | undefined
  setRiver: (river: string | undefined) => void
}

function RiverChoice({ rivers, river, setRiver }: RiverChoiceProps) {
  const { t, language } = useRiverWords()
  return (
    <label className="choice">
      <span>{t('river.reaches.river')}</span>
      <select value={river ?? ''} onChange={({ target }) => setRiver(target.value === '' ? undefined : target.value)}>
        <option value="">{t('river.filter.any')}</option>
        {rivers.map(({ name, nameEn }) => (
          <option key={name} value={name}>
            {language === 'en' ? (nameEn ?? name) : name}
          </option>
        ))}
      </select>
    </label>
  )
}

interface ReachesProps {
  river: RiverView
  scope: Scope | null
  nowMs: number
  dayOf: (at: string) => string
  onScope: (scope: Scope) => void
}

function Reaches({ river, scope, nowMs, dayOf, onScope }: ReachesProps) {
  const { t, language } = useRiverWords()
  const nameOf = ({ name, nameEn }: Pick<ReachView, 'name' | 'nameEn'>) => (language === 'en' ? (nameEn ?? name) : name)
  return (
    <>
      <h3>
        {t('river.reaches')} · {nameOf(river)}
      </h3>
      <ul className="reach-list">
        {river.reaches.map((reach) => (
          <li key={reach.id}>
            <button
              type="button"
              aria-pressed={isSameScope(scope, { kind: 'reach', id: reach.id })}
              onClick={() => onScope({ kind: 'reach', id: reach.id })}
            >
              <b>{nameOf(reach)}</b>
              <span className="reach-range">
                {reach.from} – {reach.to}
              </span>
              <span className="reach-when">
                {reach.lastCovered === undefined
                  ? t('river.reach.never')
                  : t('river.reach.last', { day: dayOf(reach.lastCovered.at) })}
              </span>
              <span className="tags">
                {isOverdue(reach, nowMs) && (
                  <span className="tag is-strong is-overdue">{t('river.reach.overdue')}</span>
                )}
                {reach.undecided > 0 && (
                  <span className="tag">{t('river.reach.undecided', { count: reach.undecided })}</span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

/** How often the model was right, as far as people said so. */
function Precision({ statistics }: { statistics: ReviewStatistics | null }) {
  const { t } = useRiverWords()
  if (statistics === null) return null
  return (
    <>
      <h3>{t('river.stats')}</h3>
      {statistics.byClass.length === 0 && <p className="fine">{t('river.stats.none')}</p>}
      <dl className="precision">
        {statistics.byClass.map(({ label, precision, right, reviewed }) => (
          <div key={label}>
            <dt>{classWords(label, t)}</dt>
            <dd>
              <b>{precision === null ? '–' : percent(precision)}</b> {t('river.stats.row', { right, of: reviewed })}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
