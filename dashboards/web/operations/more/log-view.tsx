import { useState } from 'react'
import { Switch } from '../choices.tsx'
import { Empty } from '../empty.tsx'
import { ListHead } from '../list-head.tsx'
import { factsText } from '../pipeline/load-troubles.ts'
import { usePolled } from '../use-polled.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { useOperationsWords } from '../words.ts'

const LEVELS = ['error', 'warn', 'info'] as const

/** The newest lines of the service's own log, by level, device and words. */
export function LogView({ calls, session, times, search, refresh }: ViewProps) {
  const { t } = useOperationsWords()
  const isAdmin = session.rights === 'admin'
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('warn')
  const [text, setText] = useState('')
  const [loaded, retry] = usePolled(level, 3_000, refresh, () => (isAdmin ? calls.log(level) : Promise.resolve([])))
  useViewKeys(t('operations.view.log'), { escape: () => letGo() || setText('') })
  if (!isAdmin) return <p className="card nothing">{t('operations.logForAdmins')}</p>
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const lines = (loaded.state === 'ready' ? loaded.value : []).filter((line) => {
    const all = `${line.message} ${factsText(line.facts)}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  return (
    <section className="card log-card" aria-label={t('operations.view.log')}>
      <ListHead
        {...{ search, text }}
        title={t('operations.view.log')}
        searchLabel={t('operations.search.log')}
        onText={setText}
      >
        <Switch of={LEVELS} chosen={level} wordOf={(one) => t(`operations.level.${one}`)} onChoose={setLevel} />
      </ListHead>
      {lines.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <ol className="log-lines" tabIndex={0}>
          {lines.map((line) => (
            <li key={line.seq} className={`is-${line.level}`}>
              <time>{times.full(Date.parse(line.at))}</time>
              <b>{t(`operations.level.${line.level}`)}</b>
              <span>
                {line.message} <small>{factsText(line.facts)}</small>
              </span>
            </li>
          ))}
        </ol>
      ) : (
        <Empty loaded={loaded} onRetry={retry}>
          {t('operations.log.none')}
        </Empty>
      )}
    </section>
  )
}
