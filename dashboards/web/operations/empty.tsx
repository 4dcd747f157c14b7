import type { ReactNode } from 'react'
import type { Loaded } from '../shell/use-loaded.ts'
import { useOperationsWords } from './words.ts'

/** What stands where a list has nothing: that it comes, that it failed and why, or that there is nothing. */
export function Empty({
  loaded,
  onRetry,
  children,
}: {
  loaded: Loaded<unknown>
  onRetry: () => void
  children?: ReactNode
}) {
  const { t } = useOperationsWords()
  if (loaded.state === 'failed')
    return (
      <div className="nothing" role="alert">
        {t('operations.failed', { message: loaded.message })}
        <button type="button" onClick={onRetry}>
          {t('action.retry')}
        </button>
      </div>
    )
  if (loaded.state === 'loading')
    return (
      <div className="skeleton" role="status" aria-label={t('operations.loading')}>
        {['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
          <i key={row} />
        ))}
      </div>
    )
  return <div className="nothing">{children}</div>
}
