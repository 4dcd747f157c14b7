import type { FormEvent } from 'react'
import type { BuildingView } from '../../house-contract.ts'
import { Dialog } from '../shell/dialog.tsx'
import { useAct } from '../shell/use-act.ts'
import type { Times } from '../words/times.ts'
import { FormEnd } from './form-end.tsx'
import type { HeritageCalls } from './heritage-calls.ts'
import { nameOf } from './house-words.ts'
import { useHeritageWords } from './words.ts'

interface AskDialogProps {
  calls: HeritageCalls
  building: BuildingView
  departments: string[]
  times: Times
  nowMs: number
  onDone: () => void
  onClose: () => void
}

const DAY_MS = 86_400_000
const USUAL_HOUR = 'T17:00'

/** Asks somebody to go there: who, by when, and what to look at. */
export function AskDialog({ calls, building, departments, times, nowMs, onDone, onClose }: AskDialogProps) {
  const { t } = useHeritageWords()
  const act = useAct()
  const tomorrow = `${times.toField(nowMs + DAY_MS).slice(0, 10)}${USUAL_HOUR}`
  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [to, note] = ['to', 'note'].map((name) => String(form.get(name)).trim())
    const due = new Date(times.ofField(String(form.get('due')))).toISOString()
    if (await act.run(() => calls.askVisit(building.id, { due, ...(to && { to }), ...(note && { note }) }))) onDone()
  }
  const fault = act.failure === null ? null : t('heritage.ask.failed', { message: act.failure })
  return (
    <Dialog title={`${t('heritage.ask')} · ${nameOf(building)}`} onClose={onClose}>
      <form className="dialog-body house-form" onSubmit={send}>
        <p className="fine">{t('heritage.ask.text')}</p>
        <label>
          {t('heritage.ask.who')}
          <input type="text" name="to" maxLength={100} list="departments" />
        </label>
        <datalist id="departments">
          {departments.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label>
          {t('heritage.ask.by')}
          <input type="datetime-local" name="due" required defaultValue={tomorrow} min={times.toField(nowMs)} />
        </label>
        <label>
          {t('heritage.ask.note')}
          <textarea name="note" rows={3} maxLength={2000} />
        </label>
        <FormEnd {...{ fault, onClose }} isBusy={act.isBusy} submit={t('heritage.ask.send')} />
      </form>
    </Dialog>
  )
}
