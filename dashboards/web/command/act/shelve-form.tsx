import { useState } from 'react'
import type { Times } from '../../words/times.ts'
import { useCommandWords } from '../words.ts'
import { ActForm, type ActFormProps, CommentField, commentOf } from './act-form.tsx'

const MINUTE_MS = 60_000
const MINUTES = [15, 60, 240, 480, 1440] as const
const USUAL_MINUTES = 60

type ShelveFormProps = ActFormProps & { clockOffsetMs: number; times: Times }

/** Until when it is put aside: there is no shelf without an end. */
export function ShelveForm({ submitWord, onAct, onCancel, clockOffsetMs, times }: ShelveFormProps) {
  const { t } = useCommandWords()
  const [minutes, setMinutes] = useState<number | null>(USUAL_MINUTES)
  const [nowMs] = useState(() => Date.now() + clockOffsetMs)
  const [field, setField] = useState(() => times.toField(nowMs + USUAL_MINUTES * MINUTE_MS))
  const [isOnce, setOnce] = useState(false)
  const [comment, setComment] = useState('')
  const untilMs = minutes === null ? times.ofField(field) : Date.now() + clockOffsetMs + minutes * MINUTE_MS
  function shelve(): void {
    const until = new Date(untilMs).toISOString()
    onAct({ type: 'shelve', until, ...(isOnce && { once: true }), ...commentOf(comment) })
  }
  return (
    <ActForm
      submit={submitWord(t('command.act.shelve'))}
      isReady={untilMs > nowMs}
      onSubmit={shelve}
      onCancel={onCancel}
    >
      <fieldset className="choices is-row">
        <legend>{t('command.form.until')}</legend>
        {MINUTES.map((value) => (
          <label key={value}>
            <input type="radio" name="until" checked={minutes === value} onChange={() => setMinutes(value)} />
            {value < 60 ? t('command.form.minutes', { count: value }) : t('command.form.hours', { count: value / 60 })}
          </label>
        ))}
        <label>
          <input type="radio" name="until" checked={minutes === null} onChange={() => setMinutes(null)} />
          {t('command.form.other')}
        </label>
      </fieldset>
      {minutes === null && (
        <label className="field">
          {t('command.form.untilTime')}
          <input
            type="datetime-local"
            value={field}
            min={times.toField(nowMs)}
            onChange={(event) => setField(event.target.value)}
          />
        </label>
      )}
      <label className="check">
        <input type="checkbox" checked={isOnce} onChange={(event) => setOnce(event.target.checked)} />
        {t('command.form.once')}
      </label>
      <CommentField value={comment} onChange={setComment} />
    </ActForm>
  )
}
