import { type FormEvent, useState } from 'react'
import { Dialog } from '../../shell/dialog.tsx'
import { useAct } from '../../shell/use-act.ts'
import type { OperationsCalls } from '../calls.ts'
import { Failed } from '../failed.tsx'
import { hoursWords, useOperationsWords } from '../words.ts'

const HOUR_MS = 3_600_000
const HOURS = [1, 4, 24, 72, 168] as const
const USUAL_HOURS = 24
/** Requests on their way at the same time. */
const AT_ONCE = 4

interface MuteDialogProps {
  calls: OperationsCalls
  ids: readonly string[]
  clockOffsetMs: number
  onDone: () => void
  onClose: () => void
}

/** Takes devices out of service: what they say is recorded and not pushed, until then. */
export function MuteDialog({ calls, ids, clockOffsetMs, onDone, onClose }: MuteDialogProps) {
  const { t } = useOperationsWords()
  const [hours, setHours] = useState<number>(USUAL_HOURS)
  const [reason, setReason] = useState('')
  const act = useAct()
  const [done, setDone] = useState(0)
  async function takeOut(): Promise<void> {
    const until = new Date(Date.now() + clockOffsetMs + hours * HOUR_MS).toISOString()
    await forEachOf(ids, async (id) => {
      await calls.takeOut(id, { until, reason: reason.trim() })
      setDone((count) => count + 1)
    })
    onDone()
    onClose()
  }
  function send(event: FormEvent): void {
    event.preventDefault()
    if (reason.trim() !== '') void act.run(takeOut)
  }
  const what = ids.length === 1 ? ids[0]! : t('operations.mute.many', { count: ids.length })
  return (
    <Dialog title={`${t('operations.mute.title')} · ${what}`} onClose={onClose}>
      <form className="dialog-body" onSubmit={send}>
        <p className="fine">{t('operations.mute.about')}</p>
        <fieldset className="choices is-row">
          <legend>{t('operations.mute.until')}</legend>
          {HOURS.map((value) => (
            <label key={value}>
              <input type="radio" name="until" checked={hours === value} onChange={() => setHours(value)} />
              {hoursWords(value, t)}
            </label>
          ))}
        </fieldset>
        <label className="field">
          {t('operations.mute.reason')}
          <textarea
            rows={2}
            maxLength={2000}
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <Failed why={act.failure} />
        <div className="form-buttons">
          <button type="button" onClick={onClose}>
            {t('action.cancel')}
          </button>
          <button type="submit" className="primary" disabled={reason.trim() === '' || act.isBusy}>
            {act.isBusy ? `${done} / ${ids.length}` : t('operations.mute.submit', { count: ids.length })}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Does something for each, a few at once; stops at the first failure. */
export async function forEachOf(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<void> {
  const waiting = [...ids]
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await work(id)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
