import type { ReactNode } from 'react'
import { useWords } from '../words/i18n.ts'

/** What stands where a list will be. */
export function Skeleton({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {[...Array(rows).keys()].map((row) => (
        <i key={row} />
      ))}
    </div>
  )
}

interface LoadFailedProps {
  onRetry: () => void
  className?: string
  /** What could not be had, and why. */
  children: ReactNode
}

/** What stands where something could not be had. */
export function LoadFailed({ onRetry, className = 'nothing', children }: LoadFailedProps) {
  const { t } = useWords()
  return (
    <div className={className} role="alert">
      {children}
      <button type="button" onClick={onRetry}>
        {t('action.retry')}
      </button>
    </div>
  )
}
