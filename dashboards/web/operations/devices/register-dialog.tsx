import { type FormEvent, useState } from 'react'
import { DEVICE_ID } from '../../../../core/device.ts'
import { Dialog } from '../../shell/dialog.tsx'
import { useAct } from '../../shell/use-act.ts'
import type { OperationsCalls } from '../calls.ts'
import { Failed } from '../failed.tsx'
import { useOperationsWords } from '../words.ts'
import { DeviceFields } from './device-form.tsx'
import { toDraft, toSpec } from './device-patch.ts'
import { TokenShown } from './token-shown.tsx'

interface RegisterDialogProps {
  calls: OperationsCalls
  onDone: () => void
  onClose: () => void
}

/** Lets a new device in. */
export function RegisterDialog({ calls, onDone, onClose }: RegisterDialogProps) {
  const { t } = useOperationsWords()
  const [id, setId] = useState('')
  const [draft, setDraft] = useState(() => toDraft({}))
  const [token, setToken] = useState<string | null>(null)
  const act = useAct()
  const isReady = DEVICE_ID.test(id) && draft.type.trim() !== ''
  async function register(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (!isReady) return
    const isDone = await act.run(async () => setToken((await calls.register({ id, ...toSpec(draft) })).token))
    if (isDone) onDone()
  }
  return (
    <Dialog title={t('operations.register')} onClose={onClose}>
      <form className="dialog-body" onSubmit={(event) => void register(event)}>
        {token === null ? (
          <>
            <label className="field">
              {t('operations.field.id')}
              <input
                required
                pattern={DEVICE_ID.source}
                value={id}
                onChange={(event) => setId(event.target.value.trim())}
              />
            </label>
            <DeviceFields draft={draft} onChange={setDraft} />
          </>
        ) : (
          <TokenShown id={id} token={token} />
        )}
        <Failed why={act.failure} />
        <div className="form-buttons">
          <button type="button" onClick={onClose}>
            {t(token === null ? 'action.cancel' : 'operations.close')}
          </button>
          {token === null && (
            <button type="submit" className="primary" disabled={!isReady || act.isBusy}>
              {t('operations.register')}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  )
}
