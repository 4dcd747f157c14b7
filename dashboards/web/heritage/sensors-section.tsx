import { DEVICE_TYPES, METRICS } from '../../../core/metrics.ts'
import type { BuildingFileView } from '../../house-contract.ts'
import type { Times } from '../words/times.ts'
import { lackingOf } from './equipment.ts'
import { planOf } from './plan.ts'
import { useHeritageWords } from './words.ts'

interface SensorsSectionProps {
  file: BuildingFileView
  times: Times
  nowMs: number
}

/** Where the sensors of a house stand, and which of them are heard. */
export function SensorsSection({ file, times, nowMs }: SensorsSectionProps) {
  const { t, language } = useHeritageWords()
  const { sensors } = file
  const plan = planOf(file)
  const lacking = lackingOf(file).map((metric) => METRICS[metric]![language])
  const numberOf = new Map(sensors.map(({ id }, index) => [id, index + 1]))
  return (
    <section>
      <h3>{t('heritage.sensors', { count: sensors.length })}</h3>
      {plan !== null && (
        <svg className="plan" viewBox="0 0 100 100" role="img" aria-label={t('heritage.sensors.plan')}>
          <polygon points={plan.outline} />
          <path className="plan-north" d="M93 14V4M90 7.5 93 4l3 3.5" />
          {plan.sensors.map(({ id, x, y }) => (
            <g key={id} className={sensors.find((one) => one.id === id)?.presence === 'online' ? '' : 'is-unheard'}>
              <circle cx={x} cy={y} r="3.6" />
              <text x={x} y={y + 1.6}>
                {numberOf.get(id)}
              </text>
            </g>
          ))}
        </svg>
      )}
      <ol className="sensors">
        {sensors.map(({ id, type, name, presence, lastSeenAt }) => (
          <li key={id} className={presence === 'online' ? '' : 'is-unheard'}>
            <b>{numberOf.get(id)}</b>
            <button type="button" className="piece-title" onClick={() => revealCurve(id)} lang="zh-CN">
              {name ?? id}
            </button>
            <span className="tag">
              {t(presence === 'online' ? 'heritage.sensors.online' : 'heritage.sensors.silent')}
            </span>
            <small>
              {id} · {DEVICE_TYPES[type]?.[language] ?? type} ·{' '}
              {lastSeenAt === undefined
                ? t('heritage.sensors.never')
                : t('heritage.sensors.heard', { time: times.short(Date.parse(lastSeenAt), nowMs) })}
            </small>
          </li>
        ))}
      </ol>
      {lacking.length > 0 && (
        <p className="fine">{t('heritage.sensors.lacking', { what: lacking.join(language === 'zh' ? '、' : ', ') })}</p>
      )}
    </section>
  )
}

/** Brings the first chart of a sensor into sight. */
export function revealCurve(deviceId: string): void {
  const curve = document.querySelector<HTMLElement>(`[data-device="${CSS.escape(deviceId)}"]`)
  curve?.scrollIntoView({ block: 'start' })
  curve?.focus({ preventScroll: true })
}
