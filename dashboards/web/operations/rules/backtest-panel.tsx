import { useEffect, useState } from 'react'
import { severityLevel } from '../../../../core/severity.ts'
import type { BacktestReportView, BacktestView, EpisodeView } from '../../../contract.ts'
import { useAct } from '../../shell/use-act.ts'
import { formatNumber } from '../../words/numbers.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { Switch } from '../choices.tsx'
import { Failed } from '../failed.tsx'
import { hoursWords, spanWords, useOperationsWords } from '../words.ts'

interface BacktestPanelProps {
  calls: OperationsCalls
  text: string
  /** The text is a rule that could be put in force. */
  isRight: boolean
  times: Times
  clockOffsetMs: number
}

const HOUR_MS = 3_600_000
const HOURS = [1, 24, 168] as const
const ASK_EVERY_MS = 500

/** Tries a rule on what was stored: what would have fired, against the rules in force. */
export function BacktestPanel({ calls, text, isRight, times, clockOffsetMs }: BacktestPanelProps) {
  const { t } = useOperationsWords()
  const [hours, setHours] = useState<(typeof HOURS)[number]>(24)
  const [tried, setTried] = useState<{ text: string | null; job: BacktestView } | null>(null)
  const act = useAct()
  const job = tried?.job
  const isRunning = job?.state === 'running'
  // One may run that was begun before: there is only one at a time, and somebody must be able to end it.
  useEffect(() => {
    calls.backtests().then(
      ([newest]) => newest?.state === 'running' && setTried((before) => before ?? { text: null, job: newest }),
      () => {},
    )
  }, [calls])
  useEffect(() => {
    if (job === undefined || job.state !== 'running') return
    const timer = window.setTimeout(() => {
      calls.backtest(job.id).then(
        (next) => setTried((before) => before && { ...before, job: next }),
        () => setTried((before) => before && { ...before, job: { ...before.job } }),
      )
    }, ASK_EVERY_MS)
    return () => window.clearTimeout(timer)
  }, [job, calls])
  async function begin(): Promise<void> {
    const toMs = Date.now() + clockOffsetMs
    const times = [toMs - hours * HOUR_MS, toMs].map((ms) => new Date(ms).toISOString())
    await act.run(async () => setTried({ text, job: await calls.startBacktest(text, times[0]!, times[1]!) }))
  }
  return (
    <section className="backtest" aria-label={t('operations.backtest.title')}>
      <div className="with-switch">
        <h3>{t('operations.backtest.title')}</h3>
        <span className="grow" />
        <Switch of={HOURS} chosen={hours} wordOf={(one) => hoursWords(one, t)} onChoose={setHours} />
        {isRunning ? (
          <button type="button" onClick={() => void act.run(() => calls.endBacktest(job.id))}>
            {t('operations.backtest.end')}
          </button>
        ) : (
          <button type="button" disabled={!isRight || act.isBusy} onClick={() => void begin()}>
            {t('operations.backtest.run')}
          </button>
        )}
      </div>
      <Failed why={act.failure} />
      {isRunning && (
        <p className="backtest-progress">
          <progress value={job.done} max={1} aria-label={t('operations.backtest.title')} />
          {Math.round(job.done * 100)}% · {t('operations.backtest.readings', { count: job.readings })}
        </p>
      )}
      {(job?.state === 'failed' || job?.state === 'cancelled') && (
        <p role="status">
          {job.state === 'failed'
            ? t('operations.failed', { message: job.error?.message ?? '' })
            : t('operations.backtest.cancelled')}
        </p>
      )}
      {job?.report !== undefined && tried !== null && (
        <>
          {tried.text !== text && <p className="fine">{t('operations.backtest.stale')}</p>}
          <Report report={job.report} times={times} />
        </>
      )}
    </section>
  )
}

function Report({ report, times }: { report: BacktestReportView; times: Times }) {
  const { t, language } = useOperationsWords()
  const { diff, after } = report
  const days = Math.max(1 / 24, (Date.parse(report.to) - Date.parse(report.from)) / (24 * HOUR_MS))
  const differing = (diff?.perRule ?? []).filter((one) => one.added + one.vanished + one.changed > 0)
  const titleOf = (rule: string) => after.perRule.find((one) => one.rule === rule)?.title[language] ?? rule
  return (
    <div role="status">
      <p className="backtest-sum">
        {t('operations.backtest.sum', {
          alerts: after.alerts,
          before: report.before?.alerts ?? '–',
          rate: formatNumber(Number((after.alerts / days).toFixed(1))),
          readings: report.readings,
        })}
      </p>
      {diff !== null && (
        <dl className="backtest-diff">
          {(['added', 'vanished', 'changed', 'same'] as const).map((one) => (
            <div key={one}>
              <dt>{t(`operations.backtest.${one}`)}</dt>
              <dd>{diff[one]}</dd>
            </div>
          ))}
        </dl>
      )}
      {differing.map(({ rule, before, after: now }) => (
        <p key={rule}>
          {t('operations.backtest.rule', {
            rule: titleOf(rule),
            before,
            after: now,
            rate: formatNumber(Number((now / days).toFixed(1))),
          })}
        </p>
      ))}
      {diff !== null && (
        <>
          <Episodes title={t('operations.backtest.added')} episodes={diff.addedFirst} titleOf={titleOf} times={times} />
          <Episodes
            title={t('operations.backtest.vanished')}
            episodes={diff.vanishedFirst}
            titleOf={titleOf}
            times={times}
          />
          <Episodes
            title={t('operations.backtest.changed')}
            episodes={diff.changedFirst.map((one) => one.after)}
            titleOf={titleOf}
            times={times}
          />
        </>
      )}
    </div>
  )
}

const EPISODES_SHOWN = 50

interface EpisodesProps {
  title: string
  episodes: readonly EpisodeView[]
  titleOf: (rule: string) => string
  times: Times
}

function Episodes({ title, episodes, titleOf, times }: EpisodesProps) {
  const { t } = useOperationsWords()
  if (episodes.length === 0) return null
  return (
    <details open={episodes.length <= EPISODES_SHOWN}>
      <summary>
        {title} {episodes.length}
      </summary>
      <ol className="episodes">
        {episodes.slice(0, EPISODES_SHOWN).map(({ rule, subject, place, raisedAt, clearedAt, severity }) => (
          <li key={`${rule} ${JSON.stringify(subject)} ${raisedAt}`}>
            <time>{times.full(Date.parse(raisedAt))}</time>
            <span>
              {titleOf(rule)} · {subject.device ?? place} · {t(`level.${severityLevel(severity)}`)} ·{' '}
              {clearedAt === null
                ? t('operations.backtest.still')
                : spanWords(Date.parse(clearedAt) - Date.parse(raisedAt), t)}
            </span>
          </li>
        ))}
      </ol>
    </details>
  )
}
