import { memo } from 'react'
import { CATEGORIES } from '../../../core/category.ts'
import { useCommandWords } from '../command/words.ts'
import type { AlertGroup } from '../live/queue-lines.ts'
import { Icon } from '../shell/icon.tsx'
import { SeverityMark } from '../shell/severity-mark.tsx'
import { causeWords } from '../words/flood-words.ts'
import type { Times } from '../words/times.ts'
import { howOf, rowId, type SelectLine } from './alert-row.tsx'

interface GroupRowProps {
  group: AlertGroup
  isSelected: boolean
  isPicked: boolean
  times: Times
  nowMs: number
  topPx: number
  onSelect: SelectLine
  onToggle: (id: string) => void
}

/** The line of a group: what its alerts share, how many they are, the worst of them, and the newest. */
export const GroupRow = memo(function GroupRow({ group, times, nowMs, topPx, ...props }: GroupRowProps) {
  const { t, language } = useCommandWords()
  const newest = group.members.reduce((latest, { raisedAt }) => (raisedAt > latest ? raisedAt : latest), '')
  const category = CATEGORIES[group.category as keyof typeof CATEGORIES]?.[language] ?? group.category
  const waits = group.waiting > 0 ? ' is-waiting' : ''
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys, a row only takes the click
    <div
      id={rowId(group.id)}
      role="option"
      tabIndex={-1}
      aria-selected={props.isSelected || props.isPicked}
      className={`row group level-${group.worst}${waits}${props.isPicked ? ' is-picked' : ''}`}
      style={{ position: 'absolute', transform: `translateY(${topPx}px)` }}
      onClick={(event) => props.onSelect(group.id, howOf(event))}
      onDoubleClick={() => props.onToggle(group.id)}
    >
      <SeverityMark level={group.worst} />
      <div className="row-main">
        <div className="row-title">
          <b>{`${causeWords(group.cause, t)} · ${category}`}</b>
          {group.hasFirst && <span className="tag">{t('command.group.first')}</span>}
        </div>
        <div className="row-facts">
          {[...new Set(group.members.map(({ ruleTitle }) => ruleTitle[language]))].slice(0, 3).join(' · ')}
        </div>
      </div>
      <div className="row-side">
        <time dateTime={newest}>{times.short(Date.parse(newest), nowMs)}</time>
        <span className="tags">
          <span className={group.waiting > 0 ? 'tag is-strong' : 'tag'}>
            {t('command.group.members', { count: group.members.length })}
          </span>
          <span className={group.isOpen ? 'fold is-open' : 'fold'} title={foldWord(group, t)}>
            <Icon name="fold" size={14} />
          </span>
        </span>
      </div>
    </div>
  )
})

function foldWord({ isOpen }: AlertGroup, t: ReturnType<typeof useCommandWords>['t']): string {
  return t(isOpen ? 'command.group.close' : 'command.group.open')
}
