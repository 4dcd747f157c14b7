import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { DetailPanel } from '../detail/detail-panel.tsx'
import { toQueueView } from '../live/queue-view.ts'
import { QueuePanel } from '../queue/queue-panel.tsx'
import { isTyping, useKeys } from '../shell/keyboard.tsx'
import { loadAgain } from '../shell/load-again.ts'
import type { PageProps } from '../shell/pages.ts'
import { useWords } from '../words/i18n.ts'
import type { WordKey } from '../words/zh.ts'
import { createCommands } from './commands.ts'
import { FloodBanner } from './flood-banner.tsx'
import { COMMAND_KEYS, type CommandAct } from './keys.ts'
import { useAcknowledge } from './use-acknowledge.ts'
import { useDevices } from './use-devices.ts'
import { useSheetWidth } from './use-sheet-width.ts'

const MapPanel = lazy(() => loadAgain(async () => ({ default: (await import('../map/map-panel.tsx')).MapPanel })))

/** The command centre: queue, map and the selected alert. */
export default function CommandPage({ http, api, session, live, dispatch, theme, times }: PageProps) {
  const { t, language } = useWords()
  const { title, timeZone, rights } = session
  const view = useMemo(() => toQueueView(live), [live])
  const devices = useDevices(api, live.stats?.devices)
  const [fitCount, setFitCount] = useState(0)
  const sheetPx = useSheetWidth()
  const panel = useRef<HTMLElement>(null)
  const commentField = useRef<HTMLTextAreaElement>(null)
  const selected = live.selectedId === null ? undefined : live.alerts.get(live.selectedId)
  const mayAct = rights !== 'view'
  const commands = useMemo(() => createCommands(http), [http])
  const { acknowledge, failure } = useAcknowledge(commands, mayAct ? selected : undefined, dispatch)

  const name = `${title[language]} · ${t('app.title')}`
  const waiting = view.unacknowledged[0]!
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${name}` : name
  }, [waiting, name])

  const close = () => dispatch({ type: 'select', id: null })
  const acts: Record<CommandAct, (key: string) => void> = {
    next: () => dispatch({ type: 'move', by: 1 }),
    previous: () => dispatch({ type: 'move', by: -1 }),
    detail: () => panel.current?.focus(),
    acknowledge,
    comment: () => commentField.current?.focus(),
    hold: () => dispatch({ type: live.held === null ? 'hold' : 'release' }),
    filter: (key) => dispatch({ type: 'filter', level: Number(key) as 0 | 1 | 2 | 3 | 4 }),
    fit: () => setFitCount((count) => count + 1),
    escape: () => (isTyping() ? (document.activeElement as HTMLElement).blur() : close()),
  }
  useKeys({ title: t('nav.command'), bindings: COMMAND_KEYS, wordOf: ({ word }) => t(word as WordKey) }, acts)

  return (
    <>
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
            commands={commands}
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
    </>
  )
}

const HOUR_MS = 3_600_000

/** The hour that it is: fine enough to know the day in any zone, coarse enough to redraw nothing. */
function toDay(clockOffsetMs: number): number {
  return Math.floor((Date.now() + clockOffsetMs) / HOUR_MS) * HOUR_MS
}
