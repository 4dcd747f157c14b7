import { type Dispatch, type ReactNode, type RefObject, useCallback } from 'react'
import type { AlertView } from '../../contract.ts'
import { useCommandWords } from '../command/words.ts'
import { isFiltered, NO_FILTER } from '../live/alert-filter.ts'
import { deadlineOf } from '../live/deadline.ts'
import type { LiveState } from '../live/live-state.ts'
import type { QueueView } from '../live/queue-view.ts'
import type { LiveAction } from '../live/reduce-live.ts'
import { isGrowing } from '../live/repeats.ts'
import { Icon } from '../shell/icon.tsx'
import { Skeleton } from '../shell/not-loaded.tsx'
import { useNow } from '../shell/use-now.ts'
import type { Times } from '../words/times.ts'
import { AlertList, type RowMarks } from './alert-list.tsx'
import { AlertRow, type RowTone, type SelectLine } from './alert-row.tsx'
import { FilterBar } from './filter-bar.tsx'
import { KpiTiles } from './kpi-tiles.tsx'

interface QueuePanelProps {
  live: LiveState
  view: QueueView
  marks: RowMarks
  times: Times
  search: RefObject<HTMLInputElement | null>
  dispatch: Dispatch<LiveAction>
  /** Absent for those who may not see the ledger. */
  onReport: (() => void) | undefined
  /** Below the list. */
  children?: ReactNode
}

/** Whether an alert is late or grows is looked at this often. */
const ROWS_EVERY_MS = 10_000
/** More pinned ones than this are reached by taking the list on. */
const MOST_PINNED = 20

/** The queue: tiles, filter, what arrived while the list was held, and the list. */
export function QueuePanel({ live, view, marks, times, search, dispatch, ...props }: QueuePanelProps) {
  const { t } = useCommandWords()
  const select = useCallback<SelectLine>(
    (id, how) => dispatch(how === 'select' ? { type: 'select', id } : { type: 'pick', id, how }),
    [dispatch],
  )
  const toggleGroup = useCallback((id: string) => dispatch({ type: 'group', id }), [dispatch])
  const nowMs = useNow(live.clockOffsetMs, ROWS_EVERY_MS)
  const toneOf = toToneOf(live, nowMs)
  const isWaiting = (id: string) => ({ isPending: marks.pending.has(id), isPicked: marks.picked.has(id) })
  return (
    <section
      className={live.link.state === 'live' ? 'card queue' : 'card queue is-stale'}
      aria-label={t('queue.title')}
    >
      <QueueHead live={live} view={view} dispatch={dispatch} onReport={props.onReport} />
      <KpiTiles
        view={view}
        filter={live.filter.level}
        isKnown={live.loaded}
        onFilter={(level) => dispatch({ type: 'level', level })}
      />
      <FilterBar filter={live.filter} search={search} onFilter={(change) => dispatch({ type: 'filter', change })} />
      {view.hiddenCritical > 0 && (
        <button
          type="button"
          className="hidden-bar"
          onClick={() => dispatch({ type: 'filter', change: { ...NO_FILTER, sort: live.filter.sort } })}
        >
          {t('command.hidden', { count: view.hiddenCritical })} · {t('command.showHidden')}
        </button>
      )}
      {live.held !== null && (
        <button type="button" className="held-bar" onClick={() => dispatch({ type: 'release' })}>
          {view.arrived > 0 ? t('queue.arrived', { count: view.arrived }) : t('queue.held')}
        </button>
      )}
      {view.pinned.length > 0 && (
        <div className="pinned" role="listbox" aria-label={t('queue.pinned')} tabIndex={0}>
          {view.pinned.slice(0, MOST_PINNED).map((alert) => (
            <AlertRow
              key={alert.id}
              alert={alert}
              isSelected={alert.id === live.selectedId}
              {...isWaiting(alert.id)}
              {...toneOf(alert)}
              times={times}
              nowMs={nowMs}
              onSelect={select}
            />
          ))}
        </div>
      )}
      {view.lines.length > 0 ? (
        <AlertList
          lines={view.lines}
          selectedId={live.selectedId}
          marks={marks}
          toneOf={toneOf}
          times={times}
          nowMs={nowMs}
          onSelect={select}
          onToggle={toggleGroup}
        />
      ) : (
        <NoRows live={live} />
      )}
      {props.children}
    </section>
  )
}

/** What time makes of a row; `dueMs` only where the list is in that order. */
function toToneOf({ respondWithinS, filter }: LiveState, nowMs: number) {
  return (alert: AlertView): RowTone => {
    const dueMs = deadlineOf(alert, respondWithinS)
    return {
      isGrowing: isGrowing(alert, nowMs),
      isLate: dueMs !== null && dueMs < nowMs,
      dueMs: filter.sort === 'deadline' && dueMs !== null ? dueMs : undefined,
    }
  }
}

type QueueHeadProps = Pick<QueuePanelProps, 'live' | 'view' | 'dispatch' | 'onReport'>

function QueueHead({ live, view, dispatch, onReport }: QueueHeadProps) {
  const { t } = useCommandWords()
  const isHeld = live.held !== null
  return (
    <header>
      <h2>{t('queue.title')}</h2>
      {live.loaded && (
        <span className="tag is-strong">{t('queue.unacknowledged', { count: view.unacknowledged[0]! })}</span>
      )}
      <span className="grow" />
      <button
        type="button"
        className="icon sort"
        aria-pressed={live.filter.sort === 'deadline'}
        title={t('command.sort.deadline')}
        onClick={() =>
          dispatch({ type: 'filter', change: { sort: live.filter.sort === 'deadline' ? 'urgency' : 'deadline' } })
        }
      >
        <Icon name="clock" />
        <span className="hidden">{t('command.sort.deadline')}</span>
      </button>
      {onReport && (
        <button type="button" className="icon" onClick={onReport} title={t('command.report.open')}>
          <Icon name="report" />
          <span className="hidden">{t('command.report.open')}</span>
        </button>
      )}
      {live.stats?.flood && (
        <button type="button" className="grouping" onClick={() => dispatch({ type: 'grouping' })}>
          {t(live.isUngrouped ? 'command.grouping.on' : 'command.grouping.off')}
        </button>
      )}
      <button
        type="button"
        className="icon hold"
        aria-pressed={isHeld}
        onClick={() => dispatch({ type: isHeld ? 'release' : 'hold' })}
        title={t(isHeld ? 'queue.release' : 'queue.hold')}
      >
        <Icon name={isHeld ? 'play' : 'pause'} />
        <span className="hidden">{t(isHeld ? 'queue.release' : 'queue.hold')}</span>
        <kbd>Space</kbd>
      </button>
    </header>
  )
}

function NoRows({ live }: { live: LiveState }) {
  const { t } = useCommandWords()
  if (!live.loaded) return <Skeleton label={t('queue.loading')} />
  const open = [...live.alerts.values()].length
  if (isFiltered(live.filter))
    return (
      <div className="nothing">
        <b>{t('command.emptyFilter')}</b>
        {open > 0 && <span>{t('command.emptyMore', { open })}</span>}
      </div>
    )
  return (
    <div className="nothing">
      <b>{t(live.link.state === 'live' ? 'queue.empty' : 'queue.unknown')}</b>
      {live.stats !== null && <span>{t('queue.emptyHint', { devices: live.stats.devices })}</span>}
    </div>
  )
}
