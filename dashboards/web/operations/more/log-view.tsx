import { type RefObject, useState } from 'react'
import type { PageProps } from '../../shell/page-props.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { factsText } from '../pipeline/load-troubles.ts'
import { usePoll } from '../use-poll.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import { useOperationsWords } from '../words.ts'

const LEVELS = ['error', 'warn', 'info'] as const

interface LogViewProps extends PageProps {
  calls: OperationsCalls
  search: RefObject<HTMLInputElement | null>
  refresh: number
}

/** The newest lines of the service's own log, by level, device and words. */
export function LogView({ calls, session, times, search, refresh }: LogViewProps) {
  const { t } = useOperationsWords()
  const isAdmin = session.rights === 'admin'
  const beat = usePoll(3_000)
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('warn')
  const [text, setText] = useState('')
  const [loaded, retry] = useLoaded(level, `${beat} ${refresh}`, () =>
    isAdmin ? calls.log(level) : Promise.resolve([]),
  )
  useViewKeys(t('operations.view.log'), { escape: () => letGo() || setText('') })
  if (!isAdmin) return <p className="card nothing">{t('operations.logForAdmins')}</p>
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const lines = (loaded.state === 'ready' ? loaded.value : []).filter((line) => {
    const all = `${line.message} ${factsText(line.facts)}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  return (
    <section className="card log-card" aria-label={t('operations.view.log')}>
      <header className="wraps">
        <h2>{t('operations.view.log')}</h2>
        <input
          ref={search}
          type="search"
          className="search"
          value={text}
          placeholder={t('operations.search.log')}
          aria-label={t('operations.search.log')}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="switch is-three">
          {LEVELS.map((one) => (
            <button key={one} type="button" aria-pressed={level === one} onClick={() => setLevel(one)}>
              {t(`operations.level.${one}`)}
            </button>
          ))}
        </div>
      </header>
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
