import { type FormEvent, useState } from 'react'
import type { DeviceView } from '../../../contract.ts'
import { useAct } from '../../shell/use-act.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { Failed } from '../failed.tsx'
import { useOperationsWords } from '../words.ts'
import { DeviceFields } from './device-form.tsx'
import { toDraft, toPatch } from './device-patch.ts'
import { TokenShown } from './token-shown.tsx'

interface RegistryTabProps {
  calls: OperationsCalls
  device: DeviceView
  isAdmin: boolean
  times: Times
  onChanged: () => void
}

/** What is known of a device; an administrator may change it and give it a new token. */
export function RegistryTab({ calls, device, isAdmin, times, onChanged }: RegistryTabProps) {
  const { t } = useOperationsWords()
  const [draft, setDraft] = useState(() => toDraft(device))
  const [isSaved, setSaved] = useState(false)
  const [token, setToken] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(false)
  const act = useAct()
  const patch = toPatch(device, draft)
  const isChanged = Object.keys(patch).length > 0
  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (!isChanged) return
    const isDone = await act.run(() => calls.changeDevice(device.id, patch))
    setSaved(isDone)
    if (isDone) onChanged()
  }
  async function renew(): Promise<void> {
    await act.run(async () => setToken((await calls.renewToken(device.id)).token))
    setAsking(false)
  }
  return (
    <form onSubmit={(event) => void save(event)}>
      <DeviceFields
        draft={draft}
        {...(isAdmin && {
          onChange: (next) => {
            setSaved(false)
            setDraft(next)
          },
        })}
      />
      <p className="fine">{t('operations.registered', { at: times.full(Date.parse(device.registeredAt)) })}</p>
      {!isAdmin && <p className="fine">{t('operations.forAdmins')}</p>}
      <Failed why={act.failure} />
      {isAdmin && (
        <div className="form-buttons">
          {isSaved && !isChanged && <span role="status">{t('operations.saved')}</span>}
          <button type="button" disabled={!isChanged} onClick={() => setDraft(toDraft(device))}>
            {t('operations.reset')}
          </button>
          <button type="submit" className="primary" disabled={!isChanged || act.isBusy}>
            {t('operations.save')}
          </button>
        </div>
      )}
      {isAdmin && token === null && (
        <fieldset className="token">
          <legend>{t('operations.token.title')}</legend>
          <p className="fine">{t('operations.token.about')}</p>
          {isAsking ? (
            <div className="form-buttons">
              <button type="button" onClick={() => setAsking(false)}>
                {t('action.cancel')}
              </button>
              <button type="button" className="is-danger" disabled={act.isBusy} onClick={() => void renew()}>
                {t('operations.token.confirm')}
              </button>
            </div>
          ) : (
            <button type="button" onClick={() => setAsking(true)}>
              {t('operations.token.renew')}
            </button>
          )}
        </fieldset>
      )}
      {token !== null && <TokenShown id={device.id} token={token} />}
    </form>
  )
}
