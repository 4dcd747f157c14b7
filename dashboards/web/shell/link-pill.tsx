import type { Link } from '../live/live-state.ts'
import { useWords } from '../words/i18n.ts'

/** How the page stands with the server: by shape and word, not by colour alone. */
export function LinkPill({ link }: { link: Link }) {
  const { t } = useWords()
  const latency =
    link.state === 'live' && link.latencyMs !== null ? ` · ${t('link.latency', { ms: link.latencyMs })}` : ''
  return (
    <span className={`pill is-${link.state}`} role="status">
      <span className="dot" aria-hidden="true" />
      {t(`link.${link.state}`)}
      {latency}
    </span>
  )
}
