import type { Dispatch } from 'react'
import type { LiveAction, LiveState } from '../live/live-state.ts'
import type { QueueView } from '../live/queue-view.ts'
import { Icon } from '../shell/icon.tsx'
import { useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'
import { AlertList } from './alert-list.tsx'
import { AlertRow } from './alert-row.tsx'
import { KpiTiles } from './kpi-tiles.tsx'

interface QueuePanelProps {
  live: LiveState
  view: QueueView
  times: Times
  /** To the day, so that rows are drawn again only when the date changes. */
  dayMs: number
  dispatch: Dispatch<LiveAction>
}

/** The queue: tiles, what arrived while the list was held, and the list. */
export function QueuePanel({ live, view, times, dayMs, dispatch }: QueuePanelProps) {
  const { t } = useWords()
  const isHeld = live.held !== null
  const toggle = () => dispatch({ type: isHeld ? 'release' : 'hold' })
  const select = (id: string) => dispatch({ type: 'select', id })
  return (
    <section
      className={live.link.state === 'lost' ? 'card queue is-stale' : 'card queue'}
      aria-label={t('queue.title')}
    >
      <header>
        <h2>{t('queue.title')}</h2>
        {live.loaded && (
          <span className="tag is-strong">{t('queue.unacknowledged', { count: view.unacknowledged[0]! })}</span>
        )}
        <span className="grow" />
        <button
          type="button"
          className="icon"
          aria-pressed={isHeld}
          onClick={toggle}
          title={t(isHeld ? 'queue.release' : 'queue.hold')}
        >
          <Icon name={isHeld ? 'play' : 'pause'} />
          <span className="hidden">{t(isHeld ? 'queue.release' : 'queue.hold')}</span>
          <kbd>Space</kbd>
        </button>
      </header>
      <KpiTiles
        view={view}
        filter={live.filter}
        isKnown={live.loaded}
        onFilter={(level) => dispatch({ type: 'filter', level })}
      />
      {isHeld && (
        <button type="button" className="held-bar" onClick={() => dispatch({ type: 'release' })}>
          {view.arrived > 0 ? t('queue.arrived', { count: view.arrived }) : t('queue.held')}
        </button>
      )}
      {view.pinned.length > 0 && (
        <div className="pinned" role="listbox" aria-label={t('queue.pinned')}>
          {view.pinned.slice(0, 3).map((alert) => (
            <AlertRow
              key={alert.id}
              alert={alert}
              isSelected={alert.id === live.selectedId}
              times={times}
              nowMs={dayMs}
              onSelect={select}
            />
          ))}
        </div>
      )}
      {view.rows.length > 0 ? (
        <AlertList rows={view.rows} selectedId={live.selectedId} times={times} nowMs={dayMs} onSelect={select} />
      ) : (
        <NoRows live={live} />
      )}
    </section>
  )
}

const SKELETON_ROWS = [1, 2, 3, 4, 5, 6]

function NoRows({ live }: { live: LiveState }) {
  const { t } = useWords()
  if (!live.loaded)
    return (
      <div className="skeleton" role="status" aria-label={t('queue.loading')}>
        {SKELETON_ROWS.map((row) => (
          <i key={row} />
        ))}
      </div>
    )
  return (
    <div className="nothing">
      <b>{t(live.filter === 0 ? 'queue.empty' : 'queue.emptyFilter')}</b>
      {live.stats !== null && live.filter === 0 && <span>{t('queue.emptyHint', { devices: live.stats.devices })}</span>}
    </div>
  )
}
