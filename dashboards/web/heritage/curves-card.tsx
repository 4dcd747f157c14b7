import { useMemo } from 'react'
import type { BuildingFileView } from '../../house-contract.ts'
import { Skeleton } from '../shell/not-loaded.tsx'
import { curvesOf, marksOf, SPANS, type SpanId } from './charts.ts'
import { CurveChart, type CurveShared } from './curve.tsx'
import { nameOf } from './house-words.ts'
import { useHeritageWords } from './words.ts'

interface CurvesCardProps extends Omit<CurveShared, 'marks'> {
  file: BuildingFileView | null
  /** A house is chosen, whose file is on its way. */
  isLoading: boolean
  onSpan: (span: SpanId) => void
}

/** What the sensors of the chosen house measured, against what it is held to. */
export function CurvesCard({ file, isLoading, onSpan, ...shared }: CurvesCardProps) {
  const { t } = useHeritageWords()
  const curves = useMemo(() => (file === null ? [] : curvesOf(file)), [file])
  const marks = useMemo(
    () =>
      (file === null ? [] : marksOf(file)).map(({ atMs, kind }) => ({
        atS: atMs / 1000,
        word: t(`heritage.mark.${kind}`),
      })),
    [file, t],
  )
  const sensors = new Map(file?.sensors.map((sensor) => [sensor.id, sensor]))
  const { stepS } = SPANS.find(({ id }) => id === shared.span)!
  return (
    <section className="card curves-card" aria-label={t('heritage.curves')}>
      <header>
        <h2>{t('heritage.curves')}</h2>
        {file !== null && (
          <span className="tag" lang="zh-CN">
            {nameOf(file.building)}
          </span>
        )}
        <span className="grow" />
        <fieldset className="switch spans">
          <legend className="hidden">{t('heritage.curves.span')}</legend>
          {SPANS.map(({ id }) => (
            <button key={id} type="button" aria-pressed={shared.span === id} onClick={() => onSpan(id)}>
              {t(`heritage.curves.${id}`)}
            </button>
          ))}
        </fieldset>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="curves" tabIndex={0} aria-label={t('heritage.curves')}>
        {file === null && !isLoading && <p className="nothing">{t('heritage.curves.choose')}</p>}
        {isLoading && <Skeleton label={t('heritage.curve.loading')} rows={2} />}
        {file !== null && file.sensors.length === 0 && (
          <div className="nothing">
            <b>{t('heritage.curves.noSensors')}</b>
            {t('heritage.curves.noSensorsHint')}
          </div>
        )}
        {curves.map((curve) => (
          <CurveChart
            key={`${curve.device} ${curve.metric}`}
            {...{ ...shared, curve, marks }}
            sensor={sensors.get(curve.device)!}
          />
        ))}
        {curves.length > 0 && (
          <p className="fine">{t('heritage.curves.legend', { step: t(`heritage.step.${stepS}`) })}</p>
        )}
      </section>
    </section>
  )
}
