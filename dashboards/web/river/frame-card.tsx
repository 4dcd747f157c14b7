import type { AlertView } from '../../../core/alert-view.ts'
import type { FindingView, FlightDetailView, RiverView } from '../../contract.ts'
import { Icon } from '../shell/icon.tsx'
import type { Language } from '../words/i18n.ts'
import { formatNumber } from '../words/numbers.ts'
import type { Times } from '../words/times.ts'
import { FindingFacts } from './finding-facts.tsx'
import type { Zoom } from './frame-canvas.tsx'
import { FramePanel } from './frame-panel.tsx'
import { PairView } from './pair-view.tsx'
import { Progress } from './progress.tsx'
import { ReviewActions, type ReviewActs } from './review-actions.tsx'
import type { Refused, ReviewState } from './review-state.ts'
import type { RiverCalls } from './river-calls.ts'
import type { Scope } from './scope.ts'
import { ScopeButton } from './scope-button.tsx'
import { medianOf } from './strip-range.ts'
import { type Looks, sightingOf } from './use-look.ts'
import { useRiverWords } from './words.ts'

interface FrameCardProps {
  calls: RiverCalls
  looks: Looks
  review: ReviewState
  selected: FindingView | undefined
  everything: FindingView[]
  scope: Scope | null
  flight: FlightDetailView | undefined
  rivers: RiverView[]
  progress: { decided: number; all: number }
  /** Words wait for a server that does not answer. */
  isWaiting: boolean
  alert: AlertView | undefined
  acts: ReviewActs
  /** What it may be the same as. */
  candidates: FindingView[]
  mayAct: boolean
  mayOriginal: boolean
  hasBoxes: boolean
  isPair: boolean
  zoom: Zoom
  times: Times
  nowMs: number
  onBox: (box: [number, number, number, number]) => void
  onFlights: () => void
  onBack: () => void
  onMap: () => void
  onOriginal: (frameId: string) => void
  onNoted: () => void
}

/** The picture under review with all that can be done about it. */
export function FrameCard(props: FrameCardProps) {
  const { calls, looks, review, selected, everything, acts, hasBoxes, isPair, zoom, times, nowMs } = props
  const { t, language } = useRiverWords()
  return (
    <section className="card frame-card" aria-label={t('river.title')}>
      <Head {...props} />
      {review.refused !== null && <RefusedNote refused={review.refused} onNoted={props.onNoted} />}
      {selected === undefined ? (
        <div className="frame is-missing">
          {props.scope === null && <p className="missing">{t('river.frame.none')}</p>}
        </div>
      ) : isPair ? (
        <PairView finding={selected} {...{ calls, looks, hasBoxes, times, nowMs }} />
      ) : (
        <FramePanel
          finding={selected}
          findings={everything}
          {...{ looks, hasBoxes, zoom }}
          isDrawing={review.mode === 'redrawing'}
          onBox={props.onBox}
        />
      )}
      {selected !== undefined && (
        <>
          <FindingFacts
            finding={selected}
            storedVerdicts={review.findings.get(selected.id)?.verdictCount ?? 0}
            alert={props.alert}
            reachName={reachNameOf(selected, props.rivers, language)}
            {...{ calls, times, nowMs }}
          />
          <ReviewActions
            {...{ acts, hasBoxes, isPair }}
            candidates={props.candidates}
            mode={review.mode}
            label={selected.label}
            mayAct={props.mayAct}
            canUndo={review.said.length > 0 || selected.review !== 'undecided'}
            isZoomed={zoom !== 'fit'}
          />
        </>
      )}
    </section>
  )
}

function reachNameOf({ place }: FindingView, rivers: RiverView[], language: Language): string | undefined {
  const reach = rivers.flatMap(({ reaches }) => reaches).find(({ id }) => id === place?.reach)
  return (language === 'en' ? reach?.nameEn : undefined) ?? place?.reachName
}

function Head(props: FrameCardProps) {
  const { review, selected, scope, flight, rivers, progress, isWaiting, mayOriginal, times, nowMs } = props
  const { t } = useRiverWords()
  return (
    <header>
      <button type="button" className="icon only-on-phone" onClick={props.onBack} aria-label={t('river.act.back')}>
        <Icon name="back" />
      </button>
      <h2 className="not-on-phone">{t('river.title')}</h2>
      <span className="not-on-phone">
        <ScopeButton {...{ scope, flight, rivers, times, nowMs }} onFlights={props.onFlights} />
      </span>
      <FlightTag flight={flight} />
      <span className="grow" />
      {isWaiting && (
        <span className="tag is-strong is-waiting" role="status" title={t('river.unsent.hint')}>
          {t('river.unsent', { count: review.unsent.length })}
        </span>
      )}
      {mayOriginal && selected !== undefined && (
        <button
          type="button"
          className="is-quiet not-on-phone"
          onClick={() => props.onOriginal(sightingOf(selected).frameId)}
        >
          {t('river.original')}
        </button>
      )}
      <button type="button" className="only-on-phone" onClick={props.onMap}>
        {t('river.act.map')}
      </button>
      <Progress {...progress} />
    </header>
  )
}

/** How high it flew and how fine its pictures are, in the middle of them. */
function FlightTag({ flight }: { flight: FlightDetailView | undefined }) {
  const { t } = useRiverWords()
  const height = medianOf(flight?.track.flatMap(({ heightM }) => heightM ?? []) ?? [])
  const gsd = medianOf(flight?.frames.flatMap(({ gsdCm }) => gsdCm ?? []) ?? [])
  if (height === undefined || gsd === undefined) return null
  return (
    <span className="tag not-on-phone">
      {t('river.scope.height', { height: Math.round(height), gsd: formatNumber(Math.round(gsd * 10) / 10) })}
    </span>
  )
}

/** Loud: what the reviewer saw as done is not. */
function RefusedNote({ refused, onNoted }: { refused: Refused; onNoted: () => void }) {
  const { t } = useRiverWords()
  const { code, message, requestId } = refused
  return (
    <div className="refused" role="alert">
      <b aria-hidden="true">!</b>
      <span>
        {code === 'conflict' ? t('river.refused.conflict') : t('river.refused', { message })}
        {requestId !== null && <small> {t('river.refused.request', { id: requestId })}</small>}
      </span>
      <button type="button" onClick={onNoted}>
        {t('river.refused.noted')}
      </button>
    </div>
  )
}
