import { type Dispatch, useEffect, useReducer, useRef } from 'react'
import type { AlertView } from '../../contract.ts'
import { ApiFailure, randomKey } from '../http.ts'
import type { LiveAction } from '../live/reduce-live.ts'
import { type Act, type Commands, meantBy } from './commands.ts'
import { EMPTY_OUTBOX, type Job, MOST_TARGETS, type Outbox, type Outcome, reduceOutbox, UNDO_MS } from './outbox.ts'

export interface Acts {
  outbox: Outbox
  /** One alert: at once. Several: after ten seconds, unless somebody takes it back. True if there was something to do. */
  run(act: Act, alerts: readonly AlertView[]): boolean
  undo(): void
  /** Sends what waits now. */
  hurry(): void
  /** Sends again what the service could not be asked for. */
  retry(): void
  dismiss(): void
}

const AT_ONCE = 4

/**
 * People's acts on their way to the service. What is for several alerts is held back here for ten seconds: until then nothing
 * is in the ledger and nobody has been told. A page that is closed meanwhile sends it on its way out.
 */
export function useActs(commands: Commands, dispatch: Dispatch<LiveAction>, onSent: (act: Act) => void): Acts {
  const [outbox, tell] = useReducer(reduceOutbox, EMPTY_OUTBOX)
  const { waiting } = outbox
  const latest = useRef({ waiting, onSent })
  latest.current = { waiting, onSent }

  async function send(job: Job): Promise<void> {
    latest.current.onSent(job.act)
    const outcome = await sendAll(job, commands, (alert) => dispatch({ type: 'changed', alert }))
    tell({ type: 'done', outcome })
  }
  function hurry(): void {
    const job = latest.current.waiting
    if (job === null) return
    tell({ type: 'send', key: job.key })
    void send(job)
  }
  const hurryNow = useRef(hurry)
  hurryNow.current = hurry

  useEffect(() => {
    if (waiting === null) return
    const timer = window.setTimeout(() => hurryNow.current(), Math.max(0, waiting.dueMs - Date.now()))
    return () => window.clearTimeout(timer)
  }, [waiting])
  useEffect(() => {
    function leave(): void {
      const job = latest.current.waiting
      if (job === null) return
      tell({ type: 'send', key: job.key })
      for (const target of job.targets) commands.run(job.act, target, keyOf(job, target.id), true).catch(() => null)
    }
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [commands])

  return {
    outbox,
    hurry,
    undo: () => tell({ type: 'undo' }),
    dismiss: () => tell({ type: 'dismiss' }),
    run(act, alerts) {
      const meant = meantBy(act, alerts).slice(0, MOST_TARGETS)
      if (meant.length === 0) return false
      const targets = meant.map(({ id, version }) => ({ id, version }))
      const job: Job = { key: randomKey(), act, targets, dueMs: Date.now() + UNDO_MS }
      if (targets.length === 1) {
        tell({ type: 'at once', job })
        void send(job)
        return true
      }
      hurry()
      tell({ type: 'wait', job })
      return true
    },
    retry() {
      const { last } = outbox
      if (last === null) return
      const targets = last.refused.map(({ target }) => target)
      const job: Job = { key: last.key, act: last.act, targets, dueMs: 0 }
      tell({ type: 'at once', job })
      void send(job)
    },
  }
}

/** A few at a time, each with a key of its own, so that sending again does nothing twice. */
async function sendAll(job: Job, commands: Commands, onChanged: (alert: AlertView) => void): Promise<Outcome> {
  const left = [...job.targets]
  const outcome = { key: job.key, act: job.act, done: 0, refused: [] as Outcome['refused'][number][] }
  async function work(): Promise<void> {
    for (let target = left.shift(); target !== undefined; target = left.shift()) {
      try {
        onChanged(await commands.run(job.act, target, keyOf(job, target.id)))
        outcome.done++
      } catch (thrown) {
        const { code, message } = thrown instanceof ApiFailure ? thrown : { code: 'internal', message: String(thrown) }
        outcome.refused.push({ target, code, message })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return outcome
}

function keyOf({ key }: Job, alertId: string): string {
  return `${key}-${alertId}`.slice(0, 200)
}
