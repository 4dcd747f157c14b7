import { type FormEvent, type RefObject, useState } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import { isOpenView } from '../live/is-open-view.ts'
import { Icon } from '../shell/icon.tsx'
import { useWords } from '../words/i18n.ts'

interface ActionsProps {
  alert: AlertView
  mayAct: boolean
  failure: string | null
  commentField: RefObject<HTMLTextAreaElement | null>
  onAcknowledge: () => void
  /** Resolves to whether the comment was taken. */
  onComment: (comment: string) => Promise<boolean>
}

/** What a person can do to an alert: acknowledge, and say something. */
export function Actions({ alert, mayAct, failure, commentField, onAcknowledge, onComment }: ActionsProps) {
  const { t } = useWords()
  const [comment, setComment] = useState('')
  async function send(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (comment.trim() !== '' && (await onComment(comment.trim()))) setComment('')
  }
  if (!mayAct) return <p className="actions fine">{t('action.notAllowed')}</p>
  const isDone = alert.acknowledged || !isOpenView(alert)
  return (
    <form className="actions" onSubmit={send}>
      {failure !== null && (
        <p className="failure" role="alert">
          {t('action.failed', { message: failure })}
        </p>
      )}
      <textarea
        ref={commentField}
        rows={2}
        maxLength={2000}
        aria-label={t('action.comment')}
        placeholder={t('action.commentPlaceholder')}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
      <button type="button" className="primary" disabled={isDone} onClick={onAcknowledge}>
        <Icon name="check" />
        {t(isDone ? 'action.acknowledged' : 'action.acknowledge')}
        {!isDone && <kbd>A</kbd>}
      </button>
      <button type="submit" disabled={comment.trim() === ''}>
        <Icon name="comment" />
        {t('action.comment')} <kbd>C</kbd>
      </button>
    </form>
  )
}
