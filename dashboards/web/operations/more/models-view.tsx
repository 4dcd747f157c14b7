import { useState } from 'react'
import type { ModelView, ReviewStatistics, ShadowComparisonView } from '../../../contract.ts'
import { type Fact, FactList } from '../../shell/facts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { labelWords } from '../../words/reason-words.ts'
import type { Times } from '../../words/times.ts'
import { Empty } from '../empty.tsx'
import { Failed } from '../failed.tsx'
import { Scroll } from '../scroll.tsx'
import { usePolled } from '../use-polled.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { useOperationsWords } from '../words.ts'

/** The models that look at frames, and how often people found them right. */
export function ModelsView({ calls, session, times, refresh }: ViewProps) {
  const { t } = useOperationsWords()
  const [hasChanged, setChanged] = useState<boolean | null>(null)
  const [loaded, loadAgain] = usePolled('models', 15_000, refresh, async () => {
    const [models, reviews] = await Promise.all([calls.models(), calls.reviews()])
    return { models, reviews }
  })
  const act = useAct()
  useViewKeys(t('operations.view.models'), { escape: () => letGo() })
  if (loaded.state !== 'ready') return <Empty loaded={loaded} onRetry={loadAgain} />
  const { models, reviews } = loaded.value
  const reload = () =>
    void act.run(async () => {
      setChanged((await calls.reloadModels()).changed)
      loadAgain()
    })
  return (
    <div className="columns">
      {models.fault !== null && (
        <p className="refused-note" role="alert">
          {t('operations.model.fault', { fault: models.fault })}
        </p>
      )}
      <Model title={t('operations.model.active')} model={models.active} reviews={reviews} times={times}>
        {session.rights === 'admin' && (
          <button type="button" disabled={act.isBusy} onClick={reload}>
            {t('operations.model.reload')}
          </button>
        )}
        {hasChanged !== null && (
          <span role="status">{t(hasChanged ? 'operations.model.changed' : 'operations.model.unchanged')}</span>
        )}
        <Failed why={act.failure} />
      </Model>
      <Precision reviews={reviews} />
      {models.shadow !== null && (
        <Model title={t('operations.model.shadow')} model={models.shadow} reviews={reviews} times={times} />
      )}
      {models.comparison !== null && <Comparison comparison={models.comparison} times={times} />}
    </div>
  )
}

interface ModelProps {
  title: string
  model: ModelView
  reviews: ReviewStatistics
  times: Times
  children?: React.ReactNode
}

function Model({ title, model, times, children }: ModelProps) {
  const { t } = useOperationsWords()
  const facts: Fact[] = [
    [t('operations.model.family'), `${model.family} · ${model.widthPx} × ${model.heightPx} px`],
    [t('operations.model.since'), times.full(Date.parse(model.since))],
    [t('operations.model.workers'), model.workers],
    [t('operations.model.licence'), model.licence],
    [t('operations.model.origin'), model.origin],
    ...(model.note === undefined ? [] : [[t('operations.model.note'), model.note] as const]),
    ['SHA-256', <code key="hash">{model.sha256}</code>],
  ]
  return (
    <section className="card" aria-label={title}>
      <header className="wraps">
        <h2>{title}</h2>
        <b>{model.id}</b>
        <span className="grow" />
        {children}
      </header>
      <div className="card-body">
        <FactList facts={facts} />
        <h3>{t('operations.model.thresholds')}</h3>
        <p className="tags is-wrapping">
          {model.classes.map((label) => (
            <span key={label} className="tag">
              {labelWords(label, t)} ≥ {model.thresholds[label] ?? '–'}
            </span>
          ))}
        </p>
      </div>
    </section>
  )
}

const percent = (share: number) => `${Math.round(share * 100)}%`

function Precision({ reviews }: { reviews: ReviewStatistics }) {
  const { t } = useOperationsWords()
  const advice = new Map(reviews.thresholds.map((one) => [`${one.model} ${one.label}`, one]))
  return (
    <section className="card" aria-label={t('operations.precision')}>
      <header>
        <h2>{t('operations.precision')}</h2>
      </header>
      <div className="card-body">
        {reviews.byModel.length === 0 ? (
          <p className="nothing">{t('operations.precision.none')}</p>
        ) : (
          <Scroll label={t('operations.precision')}>
            <table className="plain">
              <thead>
                <tr>
                  <th>{t('operations.precision.model')}</th>
                  <th>{t('operations.precision.class')}</th>
                  <th className="is-number">{t('operations.precision.reviewed')}</th>
                  <th className="is-number">{t('operations.precision.right')}</th>
                  <th>{t('operations.precision.share')}</th>
                  <th className="not-narrow">{t('operations.precision.advice')}</th>
                </tr>
              </thead>
              <tbody>
                {reviews.byModel.map(({ model, label, reviewed, right, precision, interval }) => {
                  const suggested = advice.get(`${model} ${label}`)?.suggested
                  return (
                    <tr key={`${model} ${label}`}>
                      <td>{model}</td>
                      <td>{labelWords(label, t)}</td>
                      <td className="is-number">{reviewed}</td>
                      <td className="is-number">{right}</td>
                      <td>
                        {precision === null ? (
                          '–'
                        ) : (
                          <span className="share">
                            <meter min={0} max={1} value={precision} aria-label={t('operations.precision.share')} />
                            {percent(precision)}
                            {interval !== null && <small>{`${percent(interval[0])}–${percent(interval[1])}`}</small>}
                          </span>
                        )}
                      </td>
                      <td className="not-narrow">
                        {suggested
                          ? t('operations.precision.suggest', {
                              threshold: suggested.threshold,
                              gone: suggested.wrongGone,
                              lost: suggested.rightLost,
                            })
                          : '–'}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </Scroll>
        )}
        <p className="fine">{t('operations.precision.about')}</p>
      </div>
    </section>
  )
}

function Comparison({ comparison, times }: { comparison: ShadowComparisonView; times: Times }) {
  const { t } = useOperationsWords()
  return (
    <section className="card" aria-label={t('operations.shadow')}>
      <header>
        <h2>{t('operations.shadow')}</h2>
      </header>
      <div className="card-body">
        <p className="fine">
          {t('operations.shadow.sum', { ...comparison, byClass: '', since: times.full(Date.parse(comparison.since)) })}
        </p>
        <table className="plain">
          <thead>
            <tr>
              <th>{t('operations.precision.class')}</th>
              <th className="is-number">{t('operations.shadow.both')}</th>
              <th className="is-number">{t('operations.shadow.onlyActive')}</th>
              <th className="is-number">{t('operations.shadow.onlyShadow')}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(comparison.byClass).map(([label, { both, onlyActive, onlyShadow }]) => (
              <tr key={label}>
                <td>{labelWords(label, t)}</td>
                <td className="is-number">{both}</td>
                <td className="is-number">{onlyActive}</td>
                <td className="is-number">{onlyShadow}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
