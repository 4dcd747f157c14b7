import { chainageMark } from '../../../core/river-line.ts'
import type { FindingView, FlightDetailView, RiverView } from '../../contract.ts'
import type { Scope } from './scope.ts'
import { StripMap } from './strip-map.tsx'
import { stripRange } from './strip-range.ts'
import { useRiverWords } from './words.ts'

interface StripCardProps {
  scope: Scope | null
  rivers: RiverView[]
  flight: FlightDetailView | undefined
  findings: FindingView[]
  selected: FindingView | undefined
  onSelect: (id: string) => void
}

/** The strip map under its title. */
export function StripCard({ scope, rivers, flight, findings, selected, onSelect }: StripCardProps) {
  const { t, language } = useRiverWords()
  const range = stripRange(scope, rivers, flight, selected)
  const nameOf = ({ name, nameEn }: { name: string; nameEn?: string }) => (language === 'en' ? (nameEn ?? name) : name)
  return (
    <section className="card strip-card" aria-label={t('river.strip')}>
      <header>
        <h3>
          {t('river.strip')}
          {range !== null &&
            ` · ${t('river.strip.range', { river: nameOf(range.river), from: chainageMark(range.fromM), to: chainageMark(range.toM) })}`}
        </h3>
        <span className="grow" />
        <span className="strip-legend">
          <i className="legend-seen" aria-hidden="true" /> {t('river.strip.covered')}
          <i className="legend-gap" aria-hidden="true" /> {t('river.strip.uncovered')}
        </span>
      </header>
      {range === null ? (
        <p className="nothing">{flight !== undefined && t('river.strip.none')}</p>
      ) : (
        <StripMap
          river={range.river.name}
          fromM={range.fromM}
          toM={range.toM}
          reaches={range.river.reaches.map((reach) => ({ ...reach, name: nameOf(reach) }))}
          coverage={flight?.coverage}
          {...{ findings, onSelect }}
          selectedId={selected?.id ?? null}
        />
      )}
    </section>
  )
}
