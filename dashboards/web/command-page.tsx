import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { SessionView } from '../contract.ts'
import type { Api } from './api.ts'
import { DetailPanel } from './detail/detail-panel.tsx'
import { toQueueView } from './live/queue-view.ts'
import { useLive } from './live/use-live.ts'
import { loadMapPanel } from './map/load-map-panel.ts'
import { QueuePanel } from './queue/queue-panel.tsx'
import { FloodBanner } from './shell/flood-banner.tsx'
import { Header } from './shell/header.tsx'
import { HelpDialog } from './shell/help-dialog.tsx'
import type { KeyAct } from './shell/keys.ts'
import type { Theme } from './shell/preferences.ts'
import { StaleBanner } from './shell/stale-banner.tsx'
import { useKeyboard } from './shell/use-keyboard.ts'
import { useSheetWidth } from './shell/use-sheet-width.ts'
import { useAcknowledge } from './use-acknowledge.ts'
import { useDevices } from './use-devices.ts'
import { useWords } from './words/i18n.ts'
import { createTimes } from './words/times.ts'

const MapPanel = lazy(loadMapPanel)

interface CommandPageProps {
  api: Api
  token: string | null
  session: SessionView
  theme: Theme
  onTheme: () => void
  onLanguage: () => void
  /** Called when the feed broke, to learn whether we are still allowed in. */
  onLost: () => void
}

/** The command centre: queue, map and the selected alert. */
export function CommandPage({ api, token, session, theme, onTheme, onLanguage, onLost }: CommandPageProps) {
  const { t, language } = useWords()
  const [live, dispatch] = useLive(token, true)
  const { title, timeZone, rights } = session
  const times = useMemo(() => createTimes(language, timeZone), [language, timeZone])
  const view = useMemo(() => toQueueView(live), [live])
  const devices = useDevices(api, live.stats?.devices)
  const [needsHelp, setNeedsHelp] = useState(false)
  const [fitCount, setFitCount] = useState(0)
  const sheetPx = useSheetWidth()
  const panel = useRef<HTMLElement>(null)
  const commentField = useRef<HTMLTextAreaElement>(null)
  const selected = live.selectedId === null ? undefined : live.alerts.get(live.selectedId)
  const mayAct = rights !== 'view'
  const { acknowledge, failure } = useAcknowledge(api, mayAct ? selected : undefined, dispatch)
  const attempt = live.link.state === 'lost' ? live.link.attempt : 0

  useEffect(() => {
    if (attempt > 0) onLost()
  }, [attempt, onLost])
  const name = `${title[language]} · ${t('app.title')}`
  const waiting = view.unacknowledged[0]!
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${name}` : name
  }, [waiting, name])

  const close = () => dispatch({ type: 'select', id: null })
  const acts: Record<KeyAct, (key: string) => void> = {
    next: () => dispatch({ type: 'move', by: 1 }),
    previous: () => dispatch({ type: 'move', by: -1 }),
    detail: () => panel.current?.focus(),
    acknowledge,
    comment: () => commentField.current?.focus(),
    hold: () => dispatch({ type: live.held === null ? 'hold' : 'release' }),
    filter: (key) => dispatch({ type: 'filter', level: Number(key) as 0 | 1 | 2 | 3 | 4 }),
    fit: () => setFitCount((count) => count + 1),
    theme: onTheme,
    language: onLanguage,
    help: () => setNeedsHelp(true),
    escape: () => (isTyping() ? (document.activeElement as HTMLElement).blur() : close()),
  }
  useKeyboard((act, key) => acts[act](key))

  return (
    <div className="page">
      <Header
        place={title[language]}
        live={live}
        times={times}
        theme={theme}
        onTheme={onTheme}
        onLanguage={onLanguage}
        onHelp={() => setNeedsHelp(true)}
      />
      <StaleBanner live={live} />
      <FloodBanner
        flood={live.stats?.flood}
        times={times}
        nowMs={toDay(live.clockOffsetMs)}
        onSelect={(id) => dispatch({ type: 'select', id })}
      />
      <main className={selected === undefined ? 'command' : 'command has-detail'}>
        <QueuePanel live={live} view={view} times={times} dayMs={toDay(live.clockOffsetMs)} dispatch={dispatch} />
        <Suspense
          fallback={
            <section className="card map-card" aria-label={t('map.title')}>
              <p className="nothing">{t('map.loading')}</p>
            </section>
          }
        >
          <MapPanel
            api={api}
            theme={theme}
            isStale={live.link.state === 'lost'}
            alerts={live.alerts}
            filter={live.filter}
            selected={selected}
            devices={devices}
            fitCount={fitCount}
            coverPx={selected === undefined ? 0 : sheetPx}
            onPick={(id) => dispatch({ type: 'select', id })}
          />
        </Suspense>
        {selected !== undefined && (
          <DetailPanel
            api={api}
            alert={selected}
            device={devices.find(({ id }) => id === selected.subject.device)}
            mayAct={mayAct}
            theme={theme}
            times={times}
            timeZone={timeZone}
            clockOffsetMs={live.clockOffsetMs}
            panel={panel}
            commentField={commentField}
            onChanged={(alert) => dispatch({ type: 'changed', alert })}
            onAcknowledge={acknowledge}
            actFailure={failure}
            onClose={close}
          />
        )}
      </main>
      {needsHelp && <HelpDialog onClose={() => setNeedsHelp(false)} />}
    </div>
  )
}

function isTyping(): boolean {
  return document.activeElement instanceof HTMLElement && document.activeElement.matches('input, textarea')
}

const HOUR_MS = 3_600_000

/** The hour that it is: fine enough to know the day in any zone, coarse enough to redraw nothing. */
function toDay(clockOffsetMs: number): number {
  return Math.floor((Date.now() + clockOffsetMs) / HOUR_MS) * HOUR_MS
}
