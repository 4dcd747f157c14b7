import type { BuildingFileView } from '../../house-contract.ts'
import type { Times } from '../words/times.ts'
import { useHeritageWords } from './words.ts'

interface VisitsSectionProps {
  file: BuildingFileView
  times: Times
  nowMs: number
}

/** Who went there, and what they found. */
export function VisitsSection({ file: { visits }, times, nowMs }: VisitsSectionProps) {
  const { t } = useHeritageWords()
  return (
    <section>
      <h3>{t('heritage.visits', { count: visits.length })}</h3>
      {visits.length === 0 && <p className="fine">{t('heritage.visits.none')}</p>}
      <ul className="records">
        {visits.map(({ id, at, result, by, note }) => (
          <li key={id}>
            <b>{t(`heritage.visit.${result}`)}</b>
            <time dateTime={at}>{times.short(Date.parse(at), nowMs)}</time>
            <small>{[by, note].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
