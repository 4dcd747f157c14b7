import type { FlightDetailView, RiverView } from '../../contract.ts'
import type { Times } from '../words/times.ts'
import type { Scope } from './scope.ts'
import { useScopeWords } from './use-scope-words.ts'
import { useRiverWords } from './words.ts'

interface ScopeButtonProps {
  scope: Scope | null
  flight: FlightDetailView | undefined
  rivers: RiverView[]
  times: Times
  nowMs: number
  onFlights: () => void
}

/** What is under review, and the way to other flights and reaches. */
export function ScopeButton({ times, nowMs, onFlights, ...what }: ScopeButtonProps) {
  const { t } = useRiverWords()
  const words = useScopeWords(what, times, nowMs)
  return (
    <button type="button" className="scope" onClick={onFlights} title={t('river.flights.title')}>
      {words}
      <kbd>F</kbd>
    </button>
  )
}
