import type { PatrolDigestView } from '../../contract.ts'
import type { Times } from '../words/times.ts'
import { useRiverWords } from './words.ts'

interface FlightRowProps {
  digest: PatrolDigestView
  isChosen: boolean
  times: Times
  nowMs: number
  onChoose: () => void
}

/** Gaps that a row names; the shorter ones are in the strip map. */
const NAMED_GAPS = 2

/** One flight: when, what is left to review, how much it covered, why not the rest. */
export function FlightRow({ digest, isChosen, times, nowMs, onChoose }: FlightRowProps) {
  const { t } = useRiverWords()
  const { flight, coverage, findings } = digest
  const { plannedM, coveredM, gaps } = coverage
  const { expected, received, analysed } = flight.frames
  const of = Math.max(expected ?? 0, received)
  const lost = flight.media.lost.length
  const share = plannedM === 0 ? 0 : coveredM / plannedM
  const kilometres = (metres: number) => (metres / 1000).toFixed(2)
  return (
    <li>
      <button type="button" className="flight-row" aria-pressed={isChosen} onClick={onChoose}>
        <b>{times.short(Date.parse(flight.beganAt), nowMs)}</b>
        <span className="flight-device">{flight.device}</span>
        <span className="tags">
          {flight.endedAt === undefined && <span className="tag is-strong">{t('river.flights.under')}</span>}
          {flight.byHand && <span className="tag">{t('river.flights.byHand')}</span>}
          <span className={findings.undecided > 0 ? 'tag is-open' : 'tag'}>
            {findings.seen === 0
              ? t('river.flights.nothing')
              : findings.undecided > 0
                ? t('river.flights.undecided', { count: findings.undecided })
                : t('river.flights.reviewed')}
          </span>
        </span>
        <svg className="flight-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="4" />
          <rect className="is-covered" width={share * 100} height="4" />
        </svg>
        <span className="flight-facts">
          {plannedM === 0
            ? t('river.flights.notPlaced')
            : t('river.flights.covered', {
                share: Math.floor(share * 100),
                covered: kilometres(coveredM),
                planned: kilometres(plannedM),
              })}
          {gaps.slice(0, NAMED_GAPS).map(({ reason, lengthM }) => (
            <span key={reason}>
              {' · '}
              {t('river.flights.gap', { reason: t(`river.gap.${reason}`), length: Math.round(lengthM) })}
            </span>
          ))}
        </span>
        <span className="flight-facts">
          {t('river.flights.frames', { analysed, of })}
          {lost > 0 && ` · ${t('river.flights.lost', { count: lost })}`}
        </span>
      </button>
    </li>
  )
}
