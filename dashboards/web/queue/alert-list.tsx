import { useEffect, useRef } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import { useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'
import { AlertRow, rowId } from './alert-row.tsx'
import { ROW_PX, useRowWindow } from './use-row-window.ts'

interface AlertListProps {
  rows: AlertView[]
  selectedId: string | null
  times: Times
  nowMs: number
  onSelect: (id: string) => void
}

/** The rows in sight of a list that may hold thousands. The selected one is kept in sight. */
export function AlertList({ rows, selectedId, times, nowMs, onSelect }: AlertListProps) {
  const { t } = useWords()
  const list = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(list, rows.length)
  const selectedIndex = rows.findIndex(({ id }) => id === selectedId)
  useEffect(() => {
    const element = list.current
    if (element === null || selectedIndex < 0) return
    const topPx = selectedIndex * ROW_PX
    if (topPx < element.scrollTop) element.scrollTop = topPx
    else if (topPx + ROW_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = topPx + ROW_PX - element.clientHeight
  }, [selectedIndex])
  const active = selectedIndex >= first && selectedIndex < last && selectedId !== null ? rowId(selectedId) : undefined
  return (
    <div
      ref={list}
      className="list"
      role="listbox"
      tabIndex={0}
      aria-label={t('queue.title')}
      {...(active !== undefined && { 'aria-activedescendant': active })}
    >
      <div className="list-inner" role="presentation" style={{ height: rows.length * ROW_PX }}>
        {rows.slice(first, last).map((alert, index) => (
          <AlertRow
            key={alert.id}
            alert={alert}
            isSelected={alert.id === selectedId}
            times={times}
            nowMs={nowMs}
            topPx={(first + index) * ROW_PX}
            onSelect={onSelect}
          />
        ))}
      </div>
    </div>
  )
}
