import { type ReactNode, useState } from 'react'
import type { SessionView } from '../../../contract.ts'
import type { Http } from '../../http.ts'
import { dispatchOf } from '../../live/dispatch-state.ts'
import type { LiveState } from '../../live/live-state.ts'
import { Dialog } from '../../shell/dialog.tsx'
import { FactList } from '../../shell/facts.tsx'
import { SeverityMark } from '../../shell/severity-mark.tsx'
import { useLoaded } from '../../shell/use-loaded.ts'
import type { Times } from '../../words/times.ts'
import { hasWord } from '../../words/words.ts'
import { useCommandWords } from '../words.ts'
import { loadShift, type Shift } from './load-shift.ts'
import { floodsSince, openItems, talliesOf } from './shift-facts.ts'

interface ShiftReportProps {
  http: Http
  live: LiveState
  session: SessionView
  times: Times
  onClose: () => void
}

const HOURS = [8, 12, 24] as const
const HOUR_MS = 3_600_000
const MOST_ROWS = 200

/** What the next shift has to know: figures, floods, who did what, and what is still open. For print, too. */
export default function ShiftReport({ http, live, session, times, onClose }: ShiftReportProps) {
  const { t, language } = useCommandWords()
  const [hours, setHours] = useState<number>(HOURS[0])
  const [toMs] = useState(() => Date.now() + live.clockOffsetMs)
  const fromMs = toMs - hours * HOUR_MS
  const [loaded] = useLoaded(`shift ${hours}`, null, () => loadShift(http, fromMs, toMs + 1))
  return (
    <Dialog title={t('command.report.title')} kind="report" onClose={onClose}>
      <div className="dialog-body">
        <div className="report-head">
          <h1>{session.title[language]}</h1>
          <span>{t('command.report.span', { from: times.full(fromMs), to: times.full(toMs) })}</span>
          <span className="fine">{t('command.report.by', { name: session.name, time: times.full(toMs) })}</span>
          <span className="grow" />
          <span className="switch no-print">
            {HOURS.map((value) => (
              <button key={value} type="button" aria-pressed={hours === value} onClick={() => setHours(value)}>
                {t('command.report.hours', { count: value })}
              </button>
            ))}
          </span>
          <button type="button" className="primary no-print" onClick={() => window.print()}>
            {t('command.report.print')}
          </button>
        </div>
        {loaded.state === 'loading' && <p role="status">{t('command.report.loading')}</p>}
        {loaded.state === 'failed' && <p role="alert">{t('command.report.failed', { message: loaded.message })}</p>}
        {loaded.state === 'ready' && (
          <>
            <Figures shift={loaded.value} live={live} />
            <Floods shift={loaded.value} fromMs={fromMs} toMs={toMs} times={times} />
            <People shift={loaded.value} />
          </>
        )}
        <Items live={live} times={times} nowMs={toMs} />
        {loaded.state === 'ready' && <Log shift={loaded.value} times={times} nowMs={toMs} />}
        <p className="signatures">{t('command.report.sign')}</p>
      </div>
    </Dialog>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="report-part">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Figures({ shift: { statistics }, live }: { shift: Shift; live: LiveState }) {
  const { t } = useCommandWords()
  const alerts = [...live.alerts.values()]
  const waiting = alerts.filter(({ acknowledged, quiet }) => !acknowledged && !quiet)
  const { raised, per10Min, falseAlarms } = statistics
  const figures: [string, string][] = [
    [t('command.report.openNow'), `${alerts.length} / ${waiting.length}`],
    [t('command.report.raised'), `${raised}`],
    [t('command.report.rate'), `${per10Min.mean.toFixed(1)} / ${per10Min.max}`],
    [t('command.report.falseAlarms'), `${falseAlarms}`],
  ]
  return (
    <Part title={t('command.report.figures')}>
      <FactList facts={figures} className="figures" />
    </Part>
  )
}

interface FloodsProps {
  shift: Shift
  fromMs: number
  toMs: number
  times: Times
}

function Floods({ shift: { floods }, fromMs, toMs, times }: FloodsProps) {
  const { t, language } = useCommandWords()
  const short = (at: string) => times.short(Date.parse(at), toMs)
  const over = floodsSince(floods.over, fromMs)
  return (
    <Part title={t('command.report.floods')}>
      {floods.flood === null && over.length === 0 && <p>{t('command.report.noFloods')}</p>}
      <ul>
        {floods.flood !== null && (
          <li>
            {t('command.report.floodOn', {
              from: short(floods.flood.firstAt),
              alerts: floods.flood.alerts,
              first: floods.flood.first.ruleTitle[language],
            })}
          </li>
        )}
        {over.map(({ id, firstAt, endedAt, alerts, first, topSources }) => (
          <li key={id}>
            {t('command.report.flood', {
              ...{ from: short(firstAt), to: short(endedAt), alerts },
              first: first.ruleTitle[language],
            })}
            {topSources.length > 0 &&
              ` · ${t('command.report.talkers')}：${topSources
                .slice(0, 3)
                .map(({ ruleTitle, place, deviceName, count }) =>
                  [ruleTitle[language], place ?? deviceName, `×${count}`].filter(Boolean).join(' '),
                )
                .join('；')}`}
          </li>
        ))}
      </ul>
    </Part>
  )
}

function useEventWords(): (type: string) => string {
  const { t } = useCommandWords()
  return (type) => {
    const key = `event.${type}`
    return hasWord(key) ? t(key) : type
  }
}

function People({ shift: { acts } }: { shift: Shift }) {
  const { t } = useCommandWords()
  const wordOf = useEventWords()
  const tallies = talliesOf(acts)
  return (
    <Part title={t('command.report.people')}>
      {tallies.length === 0 ? (
        <p>{t('command.report.noPeople')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{t('command.report.person')}</th>
              <th>{t('command.report.acts')}</th>
            </tr>
          </thead>
          <tbody>
            {tallies.map(({ name, acts: counted }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{counted.map(({ type, count }) => `${wordOf(type)} ${count}`).join(' · ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}

interface ItemsProps {
  live: LiveState
  times: Times
  nowMs: number
}

function Items({ live, times, nowMs }: ItemsProps) {
  const { t, language } = useCommandWords()
  const items = openItems(live.alerts)
  return (
    <Part title={`${t('command.report.items')} ${items.length}`}>
      {items.length === 0 && <p>{t('command.report.noItems')}</p>}
      {items.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{t('command.report.alert')}</th>
              <th>{t('command.report.state')}</th>
              <th>{t('command.report.time')}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, MOST_ROWS).map((alert) => {
              const dispatch = dispatchOf(alert)
              const states = [
                t(alert.acknowledged ? 'state.acknowledged' : 'state.unacknowledged'),
                alert.acknowledgedBy,
                alert.quiet && t(`quiet.${alert.quiet.gate}`),
                dispatch.state === 'assigned' && dispatch.to,
                dispatch.state === 'handed_over' && `${dispatch.system} ${dispatch.number}`,
                alert.shelf && `→ ${times.short(Date.parse(alert.shelf.until), nowMs)}`,
              ]
              return (
                <tr key={alert.id}>
                  <td>
                    <span className="with-mark">
                      <SeverityMark level={alert.level} />
                      {[alert.ruleTitle[language], alert.place ?? alert.deviceName].filter(Boolean).join(' · ')}
                    </span>
                  </td>
                  <td>{states.filter(Boolean).join(' · ')}</td>
                  <td className="is-number">{times.short(Date.parse(alert.raisedAt), nowMs)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {items.length > MOST_ROWS && <p>{t('command.report.more', { count: items.length - MOST_ROWS })}</p>}
    </Part>
  )
}

function Log({ shift: { acts, isCut }, times, nowMs }: { shift: Shift; times: Times; nowMs: number }) {
  const { t, language } = useCommandWords()
  const wordOf = useEventWords()
  if (acts.length === 0) return null
  return (
    <Part title={t('command.report.log')}>
      <table>
        <thead>
          <tr>
            <th>{t('command.report.time')}</th>
            <th>{t('command.report.person')}</th>
            <th>{t('command.report.what')}</th>
            <th>{t('command.report.alert')}</th>
          </tr>
        </thead>
        <tbody>
          {acts.slice(0, MOST_ROWS).map(({ seq, at, by, type, title, place, comment }) => (
            <tr key={seq}>
              <td className="is-number">{times.short(Date.parse(at), nowMs)}</td>
              <td>{by}</td>
              <td>{[wordOf(type), comment].filter(Boolean).join('：')}</td>
              <td>{[title[language], place].filter(Boolean).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {(isCut || acts.length > MOST_ROWS) && (
        <p>{t('command.report.more', { count: isCut ? '1000+' : acts.length - MOST_ROWS })}</p>
      )}
    </Part>
  )
}
