import type { AlertView } from '../../contract.ts'
import type { QueueLine } from '../live/queue-lines.ts'
import { LongList, ROW_PX } from '../shell/long-list.tsx'
import { useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'
import { AlertRow, type RowTone, rowId, type SelectLine } from './alert-row.tsx'
import { GroupRow } from './group-row.tsx'

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

/** Alerts and groups of them, in the order of the queue. */
export function AlertList({ lines, selectedId, marks, toneOf, times, nowMs, onSelect, onToggle }: AlertListProps) {
  const { t } = useWords()
  return (
    <LongList items={lines} idOf={({ id }) => id} {...{ selectedId, rowId }} label={t('queue.title')} isMultiple>
      {(line, at) => {
        const shared = { times, nowMs, onSelect, topPx: at * ROW_PX, isSelected: line.id === selectedId }
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
      }}
    </LongList>
  )
}
