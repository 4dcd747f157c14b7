import type { Link } from '../live/live-state.ts'
import { useWords } from '../words/i18n.ts'

/** How the page stands with the server: by shape and word, not by colour alone. */
export function LinkPill({ link }: { link: Link }) {
  const { t } = useWords()
  const latencyMs = link.state === 'live' ? link.latencyMs : null
  return (
    <span className={`pill is-${link.state}`} role="status">
      <span className="dot" aria-hidden="true" />
      {t(`link.${link.state}`)}
      {latencyMs !== null && <span className="latency">· {t('link.latency', { ms: latencyMs })}</span>}
    </span>
  )
}
