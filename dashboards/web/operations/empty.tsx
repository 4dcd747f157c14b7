import type { ReactNode } from 'react'
import { LoadFailed, Skeleton } from '../shell/not-loaded.tsx'
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
    return <LoadFailed onRetry={onRetry}>{t('operations.failed', { message: loaded.message })}</LoadFailed>
  if (loaded.state === 'loading') return <Skeleton label={t('operations.loading')} />
  return <div className="nothing">{children}</div>
}
