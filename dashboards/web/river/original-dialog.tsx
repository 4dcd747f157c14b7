import { useEffect, useState } from 'react'
import { Dialog } from '../shell/dialog.tsx'
import { Failure } from '../shell/failure.tsx'
import { originalPath, type RiverCalls } from './river-calls.ts'
import { useRiverWords } from './words.ts'

type Shown =
  | { state: 'asking' }
  | { state: 'loading' }
  | { state: 'ready'; url: string }
  | { state: 'failed'; message: string }

/** The picture with nobody covered: for those with the right to it, who say why. */
export function OriginalDialog({
  calls,
  frameId,
  onClose,
}: {
  calls: RiverCalls
  frameId: string
  onClose: () => void
}) {
  const { t } = useRiverWords()
  const [reason, setReason] = useState('')
  const [shown, setShown] = useState<Shown>({ state: 'asking' })
  const url = shown.state === 'ready' ? shown.url : null
  useEffect(() => () => (url === null ? undefined : URL.revokeObjectURL(url)), [url])

  function show(): void {
    setShown({ state: 'loading' })
    calls.picture(originalPath(frameId, reason.trim())).then(
      (blob) => setShown({ state: 'ready', url: URL.createObjectURL(blob) }),
      (failure: Error) => setShown({ state: 'failed', message: failure.message }),
    )
  }

  return (
    <Dialog title={t('river.original.title')} kind={url === null ? '' : 'is-wide'} onClose={onClose}>
      {url === null ? (
        <form
          className="dialog-body"
          onSubmit={(event) => {
            event.preventDefault()
            show()
          }}
        >
          <p>{t('river.original.text')}</p>
          <label>
            {t('river.original.reason')}
            <input value={reason} maxLength={500} required onChange={(event) => setReason(event.target.value)} />
          </label>
          {shown.state === 'failed' && <Failure>{t('river.original.failed', { message: shown.message })}</Failure>}
          <button type="submit" className="primary" disabled={reason.trim() === '' || shown.state === 'loading'}>
            {t('river.original.show')}
          </button>
        </form>
      ) : (
        <img className="original" src={url} alt={t('river.original.image')} />
      )}
    </Dialog>
  )
}
