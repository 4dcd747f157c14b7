import type { LiveState } from '../live/live-state.ts'
import { useWords } from '../words/i18n.ts'
import { formatElapsed } from '../words/times.ts'
import { useNow } from './use-now.ts'

/** Loud, because what stands below it may no longer be true. */
export function StaleBanner({ live: { link } }: { live: LiveState }) {
  const { t } = useWords()
  const nowMs = useNow(0)
  if (link.state !== 'lost') return null
  const since = formatElapsed(nowMs - link.sinceMs)
  return (
    <div className="stale" role="alert">
      <span className="stale-mark" aria-hidden="true">
        !
      </span>
      {t('stale.text', { since, attempt: link.attempt })}
    </div>
  )
}
