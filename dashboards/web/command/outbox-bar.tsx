import { useEffect, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { hasWord } from '../words/words.ts'
import type { Acts } from './use-acts.ts'
import { useCommandWords } from './words.ts'
import { zh } from './zh.ts'

type T = ReturnType<typeof useCommandWords>['t']

/** What waits to be sent, with the way back; then what became of it. */
export function OutboxBar({ acts }: { acts: Acts }) {
  const { t } = useCommandWords()
  const { waiting, last } = acts.outbox
  if (waiting !== null) {
    const job = t(`command.job.${waiting.act.type}`, { count: waiting.targets.length })
    return (
      <div className="outbox" role="status">
        <Countdown dueMs={waiting.dueMs} words={(seconds) => t('command.waits', { seconds, job })} />
        <span className="grow" />
        <button type="button" className="primary" onClick={acts.undo}>
          <Icon name="undo" />
          {t('command.undo')} <kbd>Z</kbd>
        </button>
        <button type="button" onClick={acts.hurry}>
          {t('command.now')}
        </button>
      </div>
    )
  }
  if (last === null || (last.refused.length === 0 && last.done < 2)) return null
  const canRetry = last.refused.some(({ code }) => code === 'unreachable' || code === 'overloaded')
  return (
    <div className="outbox" role={last.refused.length > 0 ? 'alert' : 'status'}>
      <span>
        {last.done > 0 && t('command.done', { job: t(`command.job.${last.act.type}`, { count: last.done }) })}
        {last.refused.length > 0 && ` ${refusedWords(last, t)}`}
      </span>
      <span className="grow" />
      {canRetry && (
        <button type="button" onClick={acts.retry}>
          {t('command.retry')}
        </button>
      )}
      <button type="button" onClick={acts.dismiss}>
        {t('command.dismiss')}
      </button>
    </div>
  )
}

function refusedWords({ refused }: NonNullable<Acts['outbox']['last']>, t: T): string {
  const reasons = new Set(refused.map(({ code, message }) => faultWords(code, message, t)))
  return t('command.refused', { count: refused.length, why: [...reasons].slice(0, 3).join('；') })
}

/** What went wrong, in words where there are some, else as the service says it. */
export function faultWords(code: string, message: string, t: T): string {
  const key = `command.fault.${code}`
  return isCommandWord(key) ? t(key) : message
}

function isCommandWord(key: string): key is keyof typeof zh {
  return Object.hasOwn(zh, key) && !hasWord(key)
}

const SECOND_MS = 1_000

function Countdown({ dueMs, words }: { dueMs: number; words: (seconds: number) => string }) {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), SECOND_MS / 4)
    return () => window.clearInterval(timer)
  }, [])
  return <span>{words(Math.max(0, Math.ceil((dueMs - nowMs) / SECOND_MS)))}</span>
}
