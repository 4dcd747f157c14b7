import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { randomKey } from '../http.ts'
import { isTyping, useKeys } from '../shell/keyboard.tsx'
import { loadAgain } from '../shell/load-again.ts'
import type { PageProps } from '../shell/page-props.ts'
import { useSettled, useSteady } from '../shell/use-steady.ts'
import { CLASS_OF_DIGIT, OWNER_OF_DIGIT, REASON_OF_DIGIT } from './digits.ts'
import { duplicateCandidates } from './duplicates.ts'
import { FlightsPanel } from './flights-panel.tsx'
import type { Zoom } from './frame-canvas.tsx'
import { FrameCard } from './frame-card.tsx'
import { RIVER_KEYS, type RiverAct } from './keys.ts'
import { ListCard } from './list-card.tsx'
import { OriginalDialog } from './original-dialog.tsx'
import type { ReviewActs } from './review-actions.tsx'
import { nextUndecided, progressOf, shownFinding, shownFindings } from './review-state.ts'
import { createRiverCalls } from './river-calls.ts'
import type { Scope } from './scope.ts'
import { StripCard } from './strip-card.tsx'
import { useAddress, useOpened } from './use-address.ts'
import { lookIdOf, sightingOf, useLooks, usePrefetch } from './use-look.ts'
import { useReview } from './use-review.ts'
import { firstScope, useSurroundings } from './use-surroundings.ts'
import { useRiverWords } from './words.ts'
import type { RiverWord } from './zh.ts'
import './river.css'

const RiverMapPanel = lazy(() =>
  loadAgain(async () => ({ default: (await import('./river-map-panel.tsx')).RiverMapPanel })),
)
const HOUR_MS = 3_600_000
const AHEAD = 2
/** The map follows when the hand rests: to draw it takes longer than all else that a key does. */
const MAP_AFTER_MS = 120

/** River patrols: what flights found, reviewed one key each. */
export default function RiverPage({ http, api, session, live, theme, times }: PageProps) {
  const { t, language } = useRiverWords()
  const calls = useMemo(() => createRiverCalls(http), [http])
  const opened = useOpened()
  const [chosen, setChosen] = useState<Scope | null>(opened.scope)
  const [isPanelOpen, setPanelOpen] = useState(false)
  const [isPhoneFrame, setPhoneFrame] = useState(false)
  const [isSheetOpen, setSheetOpen] = useState(false)
  const [hasBoxes, setBoxes] = useState(true)
  const [isPair, setPair] = useState(false)
  const [held, setHeld] = useState<{ id: string | null; zoom: Zoom }>({ id: null, zoom: 'fit' })
  const [originalOf, setOriginalOf] = useState<string | null>(null)
  const around = useSurroundings(calls, live, chosen)
  const { review, dispatch, loaded, retry } = useReview({ calls, live, scope: chosen, address: opened })
  const looks = useLooks(calls)
  useAddress(chosen, review)

  const { patrols, rivers, flight } = around
  useEffect(() => {
    if (chosen === null && patrols.state === 'ready') setChosen(firstScope(patrols.value))
  }, [chosen, patrols])
  const { title, timeZone, rights, originals } = session
  useEffect(() => {
    document.title = `${t('river.title')} · ${title[language]}`
  }, [t, title, language])

  const { findings: stored, unsent, order, selectedId, mode } = review
  const findings = useMemo(() => shownFindings({ findings: stored, unsent, order }), [stored, unsent, order])
  const selected = useMemo(() => shownFinding({ findings: stored, unsent }, selectedId), [stored, unsent, selectedId])
  const everything = useMemo(
    () => [...stored.keys()].map((id) => shownFinding({ findings: stored, unsent }, id)!),
    [stored, unsent],
  )
  const candidates = useMemo(
    () => (mode === 'duplicating' && selected ? duplicateCandidates(everything, selected) : []),
    [mode, selected, everything],
  )
  const settled = useSettled(selected, MAP_AFTER_MS)
  const progress = useMemo(() => progressOf({ findings: stored, unsent }), [stored, unsent])
  usePrefetch(
    looks.looks,
    nextUndecided(review, AHEAD).map((finding) => lookIdOf(sightingOf(finding).frameId, finding.id)),
  )
  const nowMs = Math.floor((Date.now() + live.clockOffsetMs) / HOUR_MS) * HOUR_MS
  const mayAct = rights !== 'view'
  const zoom = held.id === review.selectedId ? held.zoom : 'fit'
  const setZoom = (wanted: Zoom) => setHeld({ id: review.selectedId, zoom: zoom === wanted ? 'fit' : wanted })
  const say = (body: Parameters<typeof calls.say>[0]['body']) => {
    if (mayAct) dispatch({ type: 'say', body, key: randomKey() })
  }
  const turn = (next: typeof mode) => mayAct && dispatch({ type: 'mode', mode: mode === next ? 'looking' : next })
  const acts: ReviewActs = {
    confirm: () => say({ verdict: 'confirmed' }),
    askReason: () => turn('rejecting'),
    reject: (reason) => say({ verdict: 'rejected', reason }),
    askDuplicate: () => turn('duplicating'),
    duplicate: (of) => say({ verdict: 'duplicate', of }),
    askOwner: () => turn('disowning'),
    disown: (note) => say({ verdict: 'not_ours', note }),
    reclass: (label) => say({ verdict: 'reclassed', label }),
    later: () => dispatch({ type: 'move', by: 1 }),
    undo: () => mayAct && dispatch({ type: 'undo', key: randomKey() }),
    boxes: () => setBoxes((before) => !before),
    zoom: () => setZoom('box'),
    pair: () => setPair((before) => !before),
    redraw: () => !isPair && turn('redrawing'),
    cancel: () => dispatch({ type: 'mode', mode: 'looking' }),
  }
  function digit(key: string): void {
    const at = Number(key) - 1
    if (mode === 'rejecting') acts.reject(REASON_OF_DIGIT[at]!)
    else if (mode === 'duplicating') candidates[at] && acts.duplicate(candidates[at].id)
    else if (mode === 'disowning') acts.disown(t(`river.owner.${OWNER_OF_DIGIT[at]!}`))
    else acts.reclass(CLASS_OF_DIGIT[at]!)
  }
  function letGo(): void {
    if (isTyping()) (document.activeElement as HTMLElement).blur()
    else if (mode !== 'looking') acts.cancel()
    else if (isPanelOpen || isSheetOpen) close()
    else if (review.refused !== null) dispatch({ type: 'noted' })
    else if (zoom !== 'fit') setZoom(zoom)
    else setPair(false)
  }
  function close(): void {
    setPanelOpen(false)
    setSheetOpen(false)
  }
  const keyActs: Record<RiverAct, (key: string) => void> = {
    ...{ duplicate: acts.askDuplicate, notOurs: acts.askOwner },
    ...{ confirm: acts.confirm, reject: acts.askReason, digit, undo: acts.undo, boxes: acts.boxes },
    ...{ zoom: acts.zoom, pair: acts.pair, redraw: acts.redraw, escape: letGo },
    next: () => dispatch({ type: 'move', by: 1 }),
    previous: () => dispatch({ type: 'move', by: -1 }),
    oneToOne: () => setZoom('one'),
    flights: () => setPanelOpen((before) => !before),
  }
  useKeys({ title: t('nav.river'), bindings: RIVER_KEYS, wordOf: ({ word }) => t(word as RiverWord) }, keyActs)

  const choose = useSteady((scope: Scope) => {
    setChosen(scope)
    close()
    setPhoneFrame(false)
    if (review.filter.reach !== undefined) {
      const { reach: _, ...filter } = review.filter
      dispatch({ type: 'filter', filter })
    }
  })
  const togglePanel = useSteady(() => setPanelOpen((before) => !before))
  const closePanel = useSteady(() => setPanelOpen(false))
  const select = useSteady((id: string) => {
    dispatch({ type: 'select', id })
    setPhoneFrame(true)
    setSheetOpen(false)
  })

  return (
    <main className={`river${isPhoneFrame ? ' is-frame' : ''}${isSheetOpen ? ' has-sheet' : ''}`}>
      <h1 className="hidden">{t('river.title')}</h1>
      <div className={isPanelOpen ? 'flights-place is-open' : 'flights-place'}>
        <FlightsPanel
          {...{ patrols, rivers, timeZone, times, nowMs }}
          statistics={around.statistics}
          scope={chosen}
          onScope={choose}
          onRetry={around.retry}
          onClose={closePanel}
        />
      </div>
      <FrameCard
        {...{
          calls,
          looks,
          review,
          selected,
          everything,
          acts,
          mayAct,
          candidates,
          hasBoxes,
          isPair,
          zoom,
          flight,
          rivers,
          times,
          nowMs,
        }}
        scope={chosen}
        progress={progress}
        isWaiting={review.attempts > 0}
        alert={selected && [...live.alerts.values()].find(({ finding }) => finding?.id === selected.id)}
        mayOriginal={originals}
        onBox={(box) => selected && say({ verdict: 'redrawn', frameId: sightingOf(selected).frameId, box })}
        onFlights={togglePanel}
        onBack={() => setPhoneFrame(false)}
        onMap={() => setSheetOpen((before) => !before)}
        onOriginal={setOriginalOf}
        onNoted={() => dispatch({ type: 'noted' })}
      />
      <ListCard
        {...{ loaded, review, findings, flight, rivers, times, nowMs }}
        scope={chosen}
        hasFlights={patrols.state !== 'ready' || patrols.value.length > 0}
        progress={progress}
        onSelect={select}
        onFilter={(filter) => dispatch({ type: 'filter', filter })}
        onRetry={retry}
        onFlights={togglePanel}
      />
      <div className="card map-place">
        <Suspense fallback={<p className="nothing">{t('map.loading')}</p>}>
          <RiverMapPanel {...{ api, theme, flight, findings }} selected={settled} onPick={select} />
        </Suspense>
      </div>
      <StripCard {...{ rivers, flight, findings, selected }} scope={chosen} onSelect={select} />
      {originalOf !== null && <OriginalDialog calls={calls} frameId={originalOf} onClose={() => setOriginalOf(null)} />}
    </main>
  )
}
