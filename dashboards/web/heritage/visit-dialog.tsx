import { type FormEvent, useState } from 'react'
import { VISIT_RESULTS } from '../../../core/building.ts'
import type { BuildingView, VisitView } from '../../house-contract.ts'
import { randomKey } from '../http.ts'
import { Dialog } from '../shell/dialog.tsx'
import { useAct } from '../shell/use-act.ts'
import type { Times } from '../words/times.ts'
import { FormEnd } from './form-end.tsx'
import type { HeritageCalls } from './heritage-calls.ts'
import { nameOf } from './house-words.ts'
import { PICTURE_TYPES } from './pictures-section.tsx'
import { useHeritageWords } from './words.ts'

interface VisitDialogProps {
  calls: HeritageCalls
  building: BuildingView
  times: Times
  nowMs: number
  onDone: () => void
  onClose: () => void
}

/** What somebody found who went there. The same visit is sent again under the same id, so that it counts once. */
export function VisitDialog({ calls, building, times, nowMs, onDone, onClose }: VisitDialogProps) {
  const { t } = useHeritageWords()
  const [id] = useState(randomKey)
  // A field of minutes would put a visit of now before what was asked for a moment ago.
  const [now] = useState(() => times.toField(nowMs))
  const [result, setResult] = useState<VisitView['result'] | null>(null)
  const [lacksResult, setLacksResult] = useState(false)
  const act = useAct()
  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    setLacksResult(result === null)
    if (result === null) return
    const form = new FormData(event.currentTarget)
    const note = String(form.get('note')).trim()
    const picture = form.get('picture')
    const atMs = form.get('at') === now ? Number.NaN : times.ofField(String(form.get('at')))
    const at = Number.isNaN(atMs) ? {} : { at: new Date(atMs).toISOString() }
    const isDone = await act.run(async () => {
      await calls.visit(building.id, { id, result, ...at, ...(note !== '' && { note }) })
      if (picture instanceof File && picture.size > 0)
        await calls.addPicture(
          building.id,
          { kind: 'visit', visit: id, ...(note !== '' && { caption: note.slice(0, 300) }) },
          picture,
        )
    })
    if (isDone) onDone()
  }
  const failed = act.failure === null ? null : t('heritage.visit.failed', { message: act.failure })
  const fault = lacksResult ? t('heritage.visit.needsResult') : failed
  return (
    <Dialog title={`${t('heritage.visit')} · ${nameOf(building)}`} onClose={onClose}>
      <form className="dialog-body house-form" onSubmit={send}>
        <fieldset className="visit-results">
          <legend>{t('heritage.visit.result')}</legend>
          {VISIT_RESULTS.map((one) => (
            <label key={one} className={result === one ? 'is-chosen' : ''}>
              <input type="radio" name="result" value={one} checked={result === one} onChange={() => setResult(one)} />
              <span>
                <b>{t(`heritage.visit.${one}`)}</b>
                <small>{t(`heritage.visit.${one}.then`)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <label>
          {t('heritage.visit.at')}
          <input type="datetime-local" name="at" defaultValue={now} max={times.toField(nowMs)} />
        </label>
        <label>
          {t('heritage.visit.note')}
          <textarea name="note" rows={3} maxLength={2000} />
        </label>
        <label>
          {t('heritage.visit.picture')}
          <input type="file" name="picture" accept={PICTURE_TYPES} />
        </label>
        <FormEnd {...{ fault, onClose }} isBusy={act.isBusy} submit={t('heritage.visit.save')} />
      </form>
    </Dialog>
  )
}
