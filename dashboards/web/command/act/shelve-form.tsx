import { useState } from 'react'
import { useCommandWords } from '../words.ts'
import type { ActFormProps } from './act-dialog.tsx'
import { ActForm, CommentField, commentOf } from './act-form.tsx'

const MINUTE_MS = 60_000
const MINUTES = [15, 60, 240, 480, 1440] as const
const USUAL_MINUTES = 60

/** Until when it is put aside: there is no shelf without an end. */
export function ShelveForm({ submitWord, onAct, onCancel, clockOffsetMs }: ActFormProps & { clockOffsetMs: number }) {
  const { t } = useCommandWords()
  const [minutes, setMinutes] = useState<number>(USUAL_MINUTES)
  const [isOnce, setOnce] = useState(false)
  const [comment, setComment] = useState('')
  function shelve(): void {
    const until = new Date(Date.now() + clockOffsetMs + minutes * MINUTE_MS).toISOString()
    onAct({ type: 'shelve', until, ...(isOnce && { once: true }), ...commentOf(comment) })
  }
  return (
    <ActForm submit={submitWord(t('command.act.shelve'))} isReady onSubmit={shelve} onCancel={onCancel}>
      <fieldset className="choices is-row">
        <legend>{t('command.form.until')}</legend>
        {MINUTES.map((value) => (
          <label key={value}>
            <input type="radio" name="until" checked={minutes === value} onChange={() => setMinutes(value)} />
            {value < 60 ? t('command.form.minutes', { count: value }) : t('command.form.hours', { count: value / 60 })}
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input type="checkbox" checked={isOnce} onChange={(event) => setOnce(event.target.checked)} />
        {t('command.form.once')}
      </label>
      <CommentField value={comment} onChange={setComment} />
    </ActForm>
  )
}
