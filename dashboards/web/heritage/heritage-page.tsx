import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { EvidencePiece } from '../evidence/evidence-section.tsx'
import { useRarely } from '../map/use-rarely.ts'
import { isTyping, useKeys } from '../shell/keyboard.tsx'
import { loadAgain } from '../shell/load-again.ts'
import type { PageProps } from '../shell/page-props.ts'
import { stepFrom } from '../shell/step-from.ts'
import { useBeat } from '../shell/use-beat.ts'
import { type Loaded, useLoaded } from '../shell/use-loaded.ts'
import { useSettled, useSteady } from '../shell/use-steady.ts'
import { AskDialog } from './ask-dialog.tsx'
import { SPANS, type SpanId } from './charts.ts'
import { CurvesCard } from './curves-card.tsx'
import { FileCard } from './file-card.tsx'
import { createHeritageCalls } from './heritage-calls.ts'
import { HERITAGE_KEYS, type HeritageAct } from './keys.ts'
import { RankCard } from './rank-card.tsx'
import { filtered, type RankFilter } from './ranking.ts'
import { ReportDialog } from './report-dialog.tsx'
import { revealCurve } from './sensors-section.tsx'
import { UnmatchedDialog } from './unmatched-dialog.tsx'
import { useHouseAddress } from './use-house-address.ts'
import { VisitDialog } from './visit-dialog.tsx'
import { useHeritageWords } from './words.ts'
import type { HeritageWord } from './zh.ts'
import './heritage.css'

const HouseMapPanel = lazy(() =>
  loadAgain(async () => ({ default: (await import('./house-map-panel.tsx')).HouseMapPanel })),
)
const MINUTE_MS = 60_000
/** The ranking follows alerts at most so often. */
const RANKING_EVERY_MS = 15_000
const TYPED_MS = 250
const NO_HOUSES: never[] = []
type Dialogs = 'ask' | 'visit' | 'report' | 'unmatched' | null

/** For managers of historic houses: which one to look at first, why, and what to do. */
export default function HeritagePage({ http, api, session, live, theme, times }: PageProps) {
  const { t, language } = useHeritageWords()
  const calls = useMemo(() => createHeritageCalls(http), [http])
  const [selectedId, choose] = useHouseAddress()
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<RankFilter>('all')
  const [span, setSpan] = useState<SpanId>('d90')
  const [dialog, setDialog] = useState<Dialogs>(null)
  const [notice, setNotice] = useState<string | null>(null)
  const [changes, setChanges] = useState(0)
  const [isPhoneHouse, setPhoneHouse] = useState(selectedId !== null)
  const field = useRef<HTMLInputElement>(null)
  const nowMs = Math.floor((Date.now() + live.clockOffsetMs) / MINUTE_MS) * MINUTE_MS
  const mayAct = session.rights !== 'view'

  const asked = useSettled(text.trim(), TYPED_MS)
  const alerts = useRarely(live.alerts, RANKING_EVERY_MS)
  const beat = useBeat(changes, false)
  const { snapshots } = live
  const seldom = `${changes} ${beat} ${snapshots} ${nowMs}`
  const often = useMemo(() => ({ alerts, seldom }), [alerts, seldom])
  const [ranking, retryRanking] = useLoaded(`ranking ${asked}`, often, () => calls.ranking(asked))
  const [unmatched] = useLoaded('unmatched', seldom, () => calls.unmatched())
  const [loadedFile, retryFile] = useLoaded(`house ${selectedId}`, often, async () =>
    selectedId === null ? null : calls.house(selectedId),
  )
  const all = ranking.state === 'ready' ? ranking.value.items : NO_HOUSES
  const houses = useMemo(() => filtered(all, filter), [all, filter])
  const byId = useMemo(() => new Map(all.map((house) => [house.building.id, house])), [all])
  const file = loadedFile.state === 'ready' ? loadedFile.value : null
  const selected = selectedId === null ? undefined : byId.get(selectedId)

  useEffect(() => {
    const [first] = houses
    if (selectedId === null && first !== undefined) choose(first.building.id)
  }, [selectedId, houses, choose])
  useEffect(() => {
    document.title = `${t('heritage.title')} · ${session.title[language]}`
  }, [t, session.title, language])

  const select = useSteady((id: string) => {
    choose(id)
    setNotice(null)
    setPhoneHouse(true)
  })
  const move = (by: 1 | -1) => {
    const ids = houses.map(({ building }) => building.id)
    const next = stepFrom(ids, selectedId, by)
    if (next !== undefined) {
      choose(next)
      setNotice(null)
    }
  }
  function changed(): void {
    setChanges((count) => count + 1)
  }
  function letGo(): void {
    if (isTyping()) (document.activeElement as HTMLElement).blur()
    else if (text !== '') setText('')
    else setPhoneHouse(false)
  }
  const acts: Record<HeritageAct, (key: string) => void> = {
    ask: () => mayAct && file !== null && setDialog('ask'),
    next: () => move(1),
    previous: () => move(-1),
    search: () => field.current?.focus(),
    span: (key) => setSpan(SPANS[Number(key) - 1]!.id),
    visit: () => mayAct && file !== null && setDialog('visit'),
    report: () => file !== null && setDialog('report'),
    unmatched: () => setDialog('unmatched'),
    escape: letGo,
  }
  useKeys({ title: t('nav.heritage'), bindings: HERITAGE_KEYS, wordOf: ({ word }) => t(word as HeritageWord) }, acts)

  /** What a piece was measured by lies in its sensor's chart of these days. */
  function showPiece(piece: EvidencePiece): void {
    const [device] = piece.rests
    if (device === undefined) return
    setSpan(nowMs - Date.parse(piece.at) < 7 * 24 * 60 * MINUTE_MS ? 'd7' : 'd30')
    revealCurve(device)
  }

  return (
    <main className={isPhoneHouse ? 'heritage is-house' : 'heritage'}>
      <h1 className="hidden">{t('heritage.title')}</h1>
      <RankCard
        {...{ houses, text, filter, selectedId, times, nowMs, field }}
        loaded={ranking}
        unmatched={unmatched.state === 'ready' ? unmatched.value.items.length : 0}
        onText={setText}
        onFilter={setFilter}
        onSelect={select}
        onRetry={retryRanking}
        onUnmatched={() => setDialog('unmatched')}
      />
      <div className="card house-map-place">
        <Suspense fallback={<p className="nothing">{t('map.loading')}</p>}>
          <HouseMapPanel {...{ api, theme, houses, selected }} onPick={select} />
        </Suspense>
      </div>
      <CurvesCard
        key={`curves ${selectedId}`}
        {...{ calls, file, span, theme, times, nowMs }}
        isLoading={selectedId !== null && present(loadedFile).state === 'loading'}
        toMs={nowMs - (nowMs % (5 * MINUTE_MS))}
        timeZone={session.timeZone}
        onSpan={setSpan}
      />
      <FileCard
        key={`file ${selectedId}`}
        {...{ api, calls, times, nowMs, mayAct, notice }}
        loaded={selectedId === null ? null : present(loadedFile)}
        risk={selected}
        onPiece={showPiece}
        onBack={() => setPhoneHouse(false)}
        onAsk={() => setDialog('ask')}
        onVisit={() => setDialog('visit')}
        onReport={() => setDialog('report')}
        onChanged={changed}
        onRetry={retryFile}
      />
      {dialog === 'ask' && file !== null && (
        <AskDialog
          {...{ calls, building: file.building, times, nowMs }}
          departments={session.departments}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null)
            setNotice(t('heritage.ask.done'))
            changed()
          }}
        />
      )}
      {dialog === 'visit' && file !== null && (
        <VisitDialog
          {...{ calls, building: file.building, times, nowMs }}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null)
            setNotice(t('heritage.visit.saved'))
            changed()
          }}
        />
      )}
      {dialog === 'report' && file !== null && (
        <ReportDialog
          {...{ calls, building: file.building, nowMs }}
          timeZone={session.timeZone}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'unmatched' && (
        <UnmatchedDialog
          {...{ calls, times, nowMs, mayAct }}
          houses={byId}
          records={unmatched.state === 'ready' ? unmatched.value.items : NO_HOUSES}
          onMatched={changed}
          onClose={() => setDialog(null)}
        />
      )}
    </main>
  )
}

/** Between two houses nothing is there yet. */
function present<T>(loaded: Loaded<T | null>): Loaded<T> {
  if (loaded.state !== 'ready') return loaded
  return loaded.value === null ? { state: 'loading' } : { state: 'ready', value: loaded.value }
}
