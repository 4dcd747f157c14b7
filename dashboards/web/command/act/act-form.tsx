import type { FormEvent, ReactNode } from 'react'
import type { AlertView } from '../../../contract.ts'
import type { Act } from '../commands.ts'
import { useCommandWords } from '../words.ts'

/** What every form of an act gets. */
export interface ActFormProps {
  alerts: readonly AlertView[]
  /** On its button: what it does, and to how many. */
  submitWord: (act: string) => string
  onAct: (act: Act) => void
  onCancel: () => void
}

interface ActFormFrameProps {
  submit: string
  isReady: boolean
  onSubmit: () => void
  onCancel: () => void
  children: ReactNode
}

/** The frame of a form: fields, and the two buttons. */
export function ActForm({ submit, isReady, onSubmit, onCancel, children }: ActFormFrameProps) {
  const { t } = useCommandWords()
  function send(event: FormEvent): void {
    event.preventDefault()
    if (isReady) onSubmit()
  }
  return (
    <form className="dialog-body act-form" onSubmit={send}>
      {children}
      <div className="form-buttons">
        <button type="button" onClick={onCancel}>
          {t('command.form.cancel')}
        </button>
        <button type="submit" className="primary" disabled={!isReady}>
          {submit}
        </button>
      </div>
    </form>
  )
}

/** Why, in words; may stay empty. */
export function CommentField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useCommandWords()
  return (
    <label className="field">
      {t('command.form.comment')}
      <textarea rows={2} maxLength={2000} value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  )
}

/** For the part of a command that is left out when it is empty. */
export function commentOf(comment: string): { comment?: string } {
  return comment.trim() === '' ? {} : { comment: comment.trim() }
}
