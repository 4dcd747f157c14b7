import { type ReactNode, useEffect, useRef } from 'react'
import { useRowWindow } from './use-row-window.ts'

/** Height of a row, as in the style sheet, where a list says no other. */
export const ROW_PX = 52

interface LongListProps<Item> {
  items: readonly Item[]
  idOf: (item: Item) => string
  selectedId: string | null
  /** Id of the element of a row, of the id of its item. */
  rowId: (id: string) => string
  label: string
  className?: string
  rowPx?: number
  /** Several may be selected. */
  isMultiple?: boolean
  /** One row; it places itself at `at` times the height of a row. */
  children: (item: Item, at: number) => ReactNode
}

/** A list of thousands, of which only the rows in sight are drawn; whenever another one is selected, that one is in sight. */
export function LongList<Item>(props: LongListProps<Item>) {
  const { items, idOf, selectedId, rowId, label, className = 'list', rowPx = ROW_PX, isMultiple, children } = props
  const list = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(list, items.length, rowPx)
  const selectedAt = items.findIndex((item) => idOf(item) === selectedId)
  useEffect(() => {
    const element = list.current
    if (element === null || selectedAt < 0) return
    const topPx = selectedAt * rowPx
    if (topPx < element.scrollTop) element.scrollTop = topPx
    else if (topPx + rowPx > element.scrollTop + element.clientHeight)
      element.scrollTop = topPx + rowPx - element.clientHeight
  }, [selectedAt, rowPx])
  const isDrawn = selectedId !== null && selectedAt >= first && selectedAt < last
  return (
    <div
      ref={list}
      className={className}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      {...(isMultiple && { 'aria-multiselectable': true })}
      {...(isDrawn && { 'aria-activedescendant': rowId(selectedId) })}
    >
      <div className="list-inner" role="presentation" style={{ height: items.length * rowPx }}>
        {items.slice(first, last).map((item, index) => children(item, first + index))}
      </div>
    </div>
  )
}
