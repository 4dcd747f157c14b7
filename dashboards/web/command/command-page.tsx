import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import type { AlertView } from '../../contract.ts'
import { DetailPanel } from '../detail/detail-panel.tsx'
import type { LevelFilter } from '../live/alert-filter.ts'
import { toQueueView } from '../live/queue-view.ts'
import { targetsOf } from '../live/selection.ts'
import { topTalkers } from '../live/talkers.ts'
import { BulkBar, type Opener } from '../queue/bulk-bar.tsx'
import { QueuePanel } from '../queue/queue-panel.tsx'
import { isTyping, useKeys } from '../shell/keyboard.tsx'
import { loadAgain } from '../shell/load-again.ts'
import type { PageProps } from '../shell/page-props.ts'
import { ActDialog, type AskedAct } from './act/act-dialog.tsx'
import './command.css'
import { type Act, createCommands } from './commands.ts'
import { FloodBanner } from './flood-banner.tsx'
import { COMMAND_KEYS, type CommandAct } from './keys.ts'
import { pendingIds } from './outbox.ts'
import { faultWords, OutboxBar } from './outbox-bar.tsx'
import { useActs } from './use-acts.ts'
import { useAlertOfAddress, useFilterInAddress, useSelectionInAddress } from './use-address.ts'
import { useAssignees } from './use-assignees.ts'
import { useDeliveries } from './use-deliveries.ts'
import { useDevices } from './use-devices.ts'
import { useFloodCauses } from './use-flood-causes.ts'
import { useSheetWidth } from './use-sheet-width.ts'
import { useCommandWords } from './words.ts'
import type { CommandWord } from './zh.ts'

const MapPanel = lazy(() => loadAgain(async () => ({ default: (await import('../map/map-panel.tsx')).MapPanel })))
const ShiftReport = lazy(() => loadAgain(async () => import('./report/shift-report.tsx')))

/** The command centre: queue, map and the selected alert. */
export default function CommandPage({ http, api, session, live, dispatch, theme, times, seat }: PageProps) {
  const { t } = useCommandWords()
  const view = useMemo(() => toQueueView(live), [live])
  const devices = useDevices(api, live.stats?.devices)
  const deliveries = useDeliveries(http)
  const [fitCount, setFitCount] = useState(0)
  const [asked, setAsked] = useState<Asked | null>(null)
  const assignees = useAssignees(session, asked === null ? null : live.alerts)
  const [wantsReport, setWantsReport] = useState(false)
  const sheetPx = useSheetWidth()
  const panel = useRef<HTMLElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const commentField = useRef<HTMLTextAreaElement>(null)
  const selected = live.selectedId === null ? undefined : live.alerts.get(live.selectedId)
  const mayAct = session.rights !== 'view'
  const commands = useMemo(() => createCommands(http), [http])
  const acts = useActs(commands, dispatch, (act) => act.type === 'acknowledge' && seat.heard())
  const targets = targetsOf(live, view)
  const { picked, loaded } = live
  const { outbox } = acts
  const marks = useMemo(
    () => ({ picked, pending: pendingIds(outbox), pushFailed: new Set(deliveries.failed.keys()) }),
    [picked, outbox, deliveries],
  )
  useFilterInAddress(live.filter)
  const missingId = useAlertOfAddress(api, loaded, dispatch)
  useSelectionInAddress(selected?.id, loaded)
  useFloodCauses(http, live.stats?.flood?.id, dispatch)

  const isFlood = Boolean(live.stats?.flood)
  const talkers = useMemo(() => (isFlood ? topTalkers(live.alerts.values(), TALKERS) : []), [isFlood, live.alerts])
  const close = () => dispatch({ type: 'select', id: null })
  const act = (one: Act) => mayAct && acts.run(one, targets) && dispatch({ type: 'unpick' })
  const ask = (one: AskedAct) => mayAct && targets.length > 0 && setAsked({ act: one })
  const open = (opener: Opener) => (opener === 'acknowledge' ? act({ type: 'acknowledge' }) : ask(opener))
  function enter(): void {
    if (live.selectedId !== null && selected === undefined) dispatch({ type: 'group', id: live.selectedId })
    else panel.current?.focus()
  }
  function letGo(): void {
    if (isTyping()) (document.activeElement as HTMLElement).blur()
    else if (picked.size > 0) dispatch({ type: 'unpick' })
    else close()
  }
  const keyActs: Record<CommandAct, (key: string) => void> = {
    next: () => dispatch({ type: 'move', by: 1 }),
    previous: () => dispatch({ type: 'move', by: -1 }),
    extendDown: () => dispatch({ type: 'extend', by: 1 }),
    extendUp: () => dispatch({ type: 'extend', by: -1 }),
    pickAll: () => dispatch({ type: 'pickAll' }),
    detail: enter,
    acknowledge: () => act({ type: 'acknowledge' }),
    assign: () => ask('assign'),
    falseAlarm: () => ask('false_alarm'),
    shelve: () => ask('shelve'),
    comment: () => commentField.current?.focus(),
    undo: acts.undo,
    hold: () => dispatch({ type: live.held === null ? 'hold' : 'release' }),
    filter: (key) => dispatch({ type: 'level', level: Number(key) as LevelFilter }),
    search: () => search.current?.focus(),
    fit: () => setFitCount((count) => count + 1),
    report: () => mayAct && setWantsReport(true),
    escape: letGo,
  }
  useKeys({ title: t('nav.command'), bindings: COMMAND_KEYS, wordOf: ({ word }) => t(word as CommandWord) }, keyActs)

  const refused = outbox.last?.refused.find(({ target }) => target.id === selected?.id)
  const isAlone = outbox.last !== null && outbox.last.done + outbox.last.refused.length === 1
  return (
    <>
      <FloodBanner
        flood={live.stats?.flood}
        times={times}
        nowMs={toDay(live.clockOffsetMs)}
        onSelect={(id) => dispatch({ type: 'select', id })}
        talkers={talkers}
        onShelve={mayAct ? (alerts) => setAsked({ act: 'shelve', alerts }) : undefined}
      />
      <main className={selected === undefined ? 'command' : 'command has-detail'}>
        <QueuePanel
          {...{ live, view, marks, times, search, dispatch }}
          onReport={mayAct ? () => setWantsReport(true) : undefined}
        >
          {missingId !== null && (
            <div className="outbox" role="alert">
              {t('command.missing', { id: missingId })}
            </div>
          )}
          {!(isAlone && refused) && <OutboxBar acts={acts} />}
          {picked.size > 0 && (
            <BulkBar
              count={picked.size}
              rows={view.rows.length}
              mayAct={mayAct}
              onOpen={open}
              onPickAll={() => dispatch({ type: 'pickAll' })}
              onUnpick={() => dispatch({ type: 'unpick' })}
            />
          )}
        </QueuePanel>
        {/* The map is the heaviest part: it comes after the first rows. */}
        {live.loaded || live.link.state === 'lost' ? (
          <Suspense fallback={<MapPlace />}>
            <MapPanel
              api={api}
              theme={theme}
              isStale={live.link.state !== 'live'}
              alerts={live.alerts}
              filter={live.filter}
              selected={selected}
              devices={devices}
              fitCount={fitCount}
              coverPx={selected === undefined ? 0 : sheetPx}
              onPick={(id) => dispatch({ type: 'select', id })}
            />
          </Suspense>
        ) : (
          <MapPlace />
        )}
        {selected !== undefined && (
          <DetailPanel
            {...{ api, theme, times, mayAct, panel, commentField, deliveries }}
            alert={selected}
            device={devices.find(({ id }) => id === selected.subject.device)}
            timeZone={session.timeZone}
            respondWithinS={session.respondWithinS}
            clockOffsetMs={live.clockOffsetMs}
            failure={refused === undefined ? null : faultWords(refused.code, refused.message, t)}
            onAct={(one) => mayAct && acts.run(one, [selected])}
            onAsk={ask}
            onClose={close}
          />
        )}
      </main>
      {asked !== null && (asked.alerts ?? targets).length > 0 && (
        <ActDialog
          {...{ assignees }}
          asked={asked.act}
          alerts={asked.alerts ?? targets}
          clockOffsetMs={live.clockOffsetMs}
          times={times}
          onAct={(one) => (asked.alerts === undefined ? act(one) : mayAct && acts.run(one, asked.alerts))}
          onClose={() => setAsked(null)}
        />
      )}
      {wantsReport && (
        <Suspense>
          <ShiftReport {...{ http, live, session, times }} onClose={() => setWantsReport(false)} />
        </Suspense>
      )}
    </>
  )
}

/** Where the map will be. */
function MapPlace() {
  const { t } = useCommandWords()
  return (
    <section className="card map-card" aria-label={t('map.title')}>
      <p className="nothing">{t('map.loading')}</p>
    </section>
  )
}

const HOUR_MS = 3_600_000
/** Sources that the banner of a flood offers to put aside. */
const TALKERS = 3

/** What is asked about, of these alerts; without any, of those that are picked or selected. */
interface Asked {
  act: AskedAct
  alerts?: readonly AlertView[]
}

/** The hour that it is: fine enough to know the day in any zone, coarse enough to redraw nothing. */
function toDay(clockOffsetMs: number): number {
  return Math.floor((Date.now() + clockOffsetMs) / HOUR_MS) * HOUR_MS
}
