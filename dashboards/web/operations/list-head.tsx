import type { ReactNode, RefObject } from 'react'

interface ListHeadProps {
  title: string
  /** So many there are; not told where it is left out. */
  count?: number
  search: RefObject<HTMLInputElement | null>
  searchLabel: string
  text: string
  onText: (text: string) => void
  children: ReactNode
}

/** Over a list: what it is, which words its lines must have, and what else chooses among them. */
export function ListHead({ title, count, search, searchLabel, text, onText, children }: ListHeadProps) {
  return (
    <header className="wraps">
      <h2>{title}</h2>
      {count !== undefined && <span className="tag">{count}</span>}
      <input
        ref={search}
        type="search"
        className="search"
        value={text}
        placeholder={searchLabel}
        aria-label={searchLabel}
        onChange={(event) => onText(event.target.value)}
      />
      {children}
    </header>
  )
}
