import { useRef } from 'react'
import type { AlertView } from '../../contract.ts'
import type { QueueLine } from '../live/queue-lines.ts'
import { useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'
import { AlertRow, type RowTone, rowId, type SelectLine } from './alert-row.tsx'
import { GroupRow } from './group-row.tsx'
import { ROW_PX, useKeptInSight, useRowWindow } from './use-row-window.ts'

/** What marks a row besides its alert. */
export interface RowMarks {
  picked: ReadonlySet<string>
  pending: ReadonlySet<string>
  /** Alerts that some way out was given up on for. */
  pushFailed: ReadonlySet<string>
}

interface AlertListProps {
  lines: QueueLine[]
  selectedId: string | null
  marks: RowMarks
  toneOf: (alert: AlertView) => RowTone
  times: Times
  nowMs: number
  onSelect: SelectLine
  onToggle: (groupId: string) => void
}

/** The rows in sight of a list that may hold thousands. The selected one is kept in sight. */
export function AlertList({ lines, selectedId, marks, toneOf, times, nowMs, onSelect, onToggle }: AlertListProps) {
  const { t } = useWords()
  const list = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(list, lines.length)
  const selectedIndex = lines.findIndex(({ id }) => id === selectedId)
  useKeptInSight(list, selectedIndex)
  const active = selectedIndex >= first && selectedIndex < last && selectedId !== null ? rowId(selectedId) : undefined
  return (
    <div
      ref={list}
      className="list"
      role="listbox"
      tabIndex={0}
      aria-label={t('queue.title')}
      aria-multiselectable="true"
      {...(active !== undefined && { 'aria-activedescendant': active })}
    >
      <div className="list-inner" role="presentation" style={{ height: lines.length * ROW_PX }}>
        {lines.slice(first, last).map((line, index) => {
          const shared = { times, nowMs, onSelect, topPx: (first + index) * ROW_PX, isSelected: line.id === selectedId }
          return line.kind === 'group' ? (
            <GroupRow
              key={line.id}
              {...shared}
              group={line.group}
              isPicked={line.group.members.every(({ id }) => marks.picked.has(id))}
              onToggle={onToggle}
            />
          ) : (
            <AlertRow
              key={line.id}
              {...shared}
              alert={line.alert}
              {...toneOf(line.alert)}
              isMember={line.isMember === true}
              isPicked={marks.picked.has(line.id)}
              isPending={marks.pending.has(line.id)}
              isPushFailed={marks.pushFailed.has(line.id)}
            />
          )
        })}
      </div>
    </div>
  )
}
