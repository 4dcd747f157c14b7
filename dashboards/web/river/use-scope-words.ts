import type { FlightDetailView, RiverView } from '../../contract.ts'
import type { Times } from '../words/times.ts'
import type { Scope } from './scope.ts'
import { useRiverWords } from './words.ts'

/** `架次 11-22 09:42` in the zone of the page, or `河段 上塘段`. */
export function useScopeWords(
  { scope, flight, rivers }: { scope: Scope | null; flight: FlightDetailView | undefined; rivers: RiverView[] },
  times: Times,
  nowMs: number,
): string {
  const { t, language } = useRiverWords()
  if (scope === null) return t('river.scope.none')
  if (scope.kind === 'flight')
    return t('river.scope.flight', {
      at: flight === undefined ? '…' : times.short(Date.parse(flight.flight.beganAt), nowMs),
    })
  const reach = rivers.flatMap(({ reaches }) => reaches).find(({ id }) => id === scope.id)
  return t('river.scope.reach', { name: (language === 'en' ? reach?.nameEn : undefined) ?? reach?.name ?? scope.id })
}
