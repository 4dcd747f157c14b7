import { type FormEvent, type RefObject, useState } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import type { AskedAct } from '../command/act/act-dialog.tsx'
import type { Act } from '../command/commands.ts'
import { useCommandWords } from '../command/words.ts'
import { isOpenView } from '../live/is-open-view.ts'
import { Failure } from '../shell/failure.tsx'
import { Icon } from '../shell/icon.tsx'

interface ActionsProps {
  alert: AlertView
  mayAct: boolean
  failure: string | null
  commentField: RefObject<HTMLTextAreaElement | null>
  onAct: (act: Act) => void
  onAsk: (asked: AskedAct) => void
}

/** What a person can do to an alert. */
export function Actions({ alert, mayAct, failure, commentField, onAct, onAsk }: ActionsProps) {
  const { t } = useCommandWords()
  const [comment, setComment] = useState('')
  function send(event: FormEvent): void {
    event.preventDefault()
    if (comment.trim() === '') return
    onAct({ type: 'comment', comment: comment.trim() })
    setComment('')
  }
  if (!mayAct) return <p className="actions fine">{t('action.notAllowed')}</p>
  const isDone = alert.acknowledged || !isOpenView(alert)
  return (
    <form className="actions" onSubmit={send}>
      {failure !== null && <Failure>{t('action.failed', { message: failure })}</Failure>}
      <div className="comment-line">
        <textarea
          ref={commentField}
          rows={1}
          maxLength={2000}
          aria-label={t('action.comment')}
          placeholder={t('action.commentPlaceholder')}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event)
          }}
        />
        <button type="submit" disabled={comment.trim() === ''}>
          {t('action.comment')} <kbd>C</kbd>
        </button>
      </div>
      <button type="button" className="primary" disabled={isDone} onClick={() => onAct({ type: 'acknowledge' })}>
        <Icon name="check" />
        {t(isDone ? 'action.acknowledged' : 'action.acknowledge')}
        {!isDone && <kbd>A</kbd>}
      </button>
      <button type="button" onClick={() => onAsk('assign')}>
        {t('command.act.assign')} <kbd>D</kbd>
      </button>
      <button type="button" onClick={() => onAsk('false_alarm')}>
        {t('command.act.false_alarm')} <kbd>X</kbd>
      </button>
      {alert.shelf ? (
        <button type="button" onClick={() => onAct({ type: 'unshelve' })}>
          {t('command.act.unshelve')}
        </button>
      ) : (
        <button type="button" onClick={() => onAsk('shelve')}>
          {t('command.act.shelve')} <kbd>S</kbd>
        </button>
      )}
      {alert.acknowledged && !alert.historical && (
        <button type="button" onClick={() => onAct({ type: 'reopen' })}>
          <Icon name="undo" />
          {t('command.act.reopen')}
        </button>
      )}
    </form>
  )
}
