import { useState } from 'react'
import { FALSE_ALARM_REASONS } from '../../../../core/alert-hands.ts'
import { useCommandWords } from '../words.ts'
import { ActForm, type ActFormProps, CommentField, commentOf } from './act-form.tsx'

/** Why it was none: the reason is needed, since it teaches the rules. */
export function FalseAlarmForm({ submitWord, onAct, onCancel }: ActFormProps) {
  const { t, language } = useCommandWords()
  const [reason, setReason] = useState('')
  const [comment, setComment] = useState('')
  return (
    <ActForm
      submit={submitWord(t('command.act.false_alarm'))}
      isReady={reason !== ''}
      onSubmit={() => onAct({ type: 'false_alarm', reason, ...commentOf(comment) })}
      onCancel={onCancel}
    >
      <fieldset className="choices">
        <legend>{t('command.form.reason')}</legend>
        {Object.entries(FALSE_ALARM_REASONS).map(([value, words]) => (
          <label key={value}>
            <input type="radio" name="reason" checked={reason === value} onChange={() => setReason(value)} />
            {words[language]}
          </label>
        ))}
      </fieldset>
      <CommentField value={comment} onChange={setComment} />
    </ActForm>
  )
}
