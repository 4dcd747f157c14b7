import type { ReactNode, Ref } from 'react'

interface ScrollProps {
  label: string
  className?: string
  ref?: Ref<HTMLElement>
  children: ReactNode
}

/** A part that scrolls by itself, and can therefore be reached by keys. */
export function Scroll({ label, className = 'table-place', ref, children }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section ref={ref ?? null} className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}
