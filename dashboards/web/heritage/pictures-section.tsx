import { type FormEvent, useState } from 'react'
import { HOUSE_PICTURE_KINDS } from '../../../core/building.ts'
import type { BuildingFileView, HousePictureView } from '../../house-contract.ts'
import type { Api } from '../api.ts'
import { usePicture } from '../detail/use-picture.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Failure } from '../shell/failure.tsx'
import { useAct } from '../shell/use-act.ts'
import type { Times } from '../words/times.ts'
import { type HeritageCalls, housePicturePath } from './heritage-calls.ts'
import { useHeritageWords, wordOf } from './words.ts'

interface PicturesSectionProps {
  api: Api
  calls: HeritageCalls
  file: BuildingFileView
  times: Times
  nowMs: number
  mayAct: boolean
  onChanged: () => void
}

const MOST_SHOWN = 12
export const PICTURE_TYPES = 'image/jpeg,image/png,image/webp'

/** Photographs, drawings and scanned pages of a house. */
export function PicturesSection({ api, calls, file, times, nowMs, mayAct, onChanged }: PicturesSectionProps) {
  const { t } = useHeritageWords()
  const { building, pictures } = file
  const [isAdding, setAdding] = useState(false)
  const [shown, setShown] = useState<HousePictureView | null>(null)
  return (
    <section>
      <h3 className="with-switch">
        {t('heritage.pictures', { count: pictures.length })}
        <span className="grow" />
        {mayAct && (
          <button type="button" aria-expanded={isAdding} onClick={() => setAdding((before) => !before)}>
            {t('heritage.pictures.add')}
          </button>
        )}
      </h3>
      {isAdding && (
        <AddForm
          add={(told, picture) => calls.addPicture(building.id, told, picture)}
          onAdded={() => {
            setAdding(false)
            onChanged()
          }}
        />
      )}
      {pictures.length === 0 && <p className="fine">{t('heritage.pictures.none')}</p>}
      {!mayAct && pictures.length > 0 && <p className="fine">{t('heritage.pictures.hidden')}</p>}
      {mayAct && (
        <ul className="house-pictures">
          {pictures.slice(0, MOST_SHOWN).map((picture) => (
            <li key={picture.sha256}>
              <button type="button" onClick={() => setShown(picture)}>
                <Thumb api={api} picture={picture} size="small" />
                <span>{picture.caption ?? wordOf('picture', picture.kind, t)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown !== null && (
        <Dialog title={shown.caption ?? wordOf('picture', shown.kind, t)} kind="is-wide" onClose={() => setShown(null)}>
          <div className="dialog-body">
            <Thumb api={api} picture={shown} size="large" />
            <p className="fine">
              {[wordOf('picture', shown.kind, t), shown.takenOn].filter(Boolean).join(' · ')} ·{' '}
              {t('heritage.pictures.by', { name: shown.by, time: times.short(Date.parse(shown.at), nowMs) })}
            </p>
            <div className="form-buttons">
              <button
                type="button"
                onClick={() => {
                  void calls.removePicture(building.id, shown.sha256).then(onChanged)
                  setShown(null)
                }}
              >
                {t('heritage.pictures.remove')}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  )
}

function Thumb({ api, picture, size }: { api: Api; picture: HousePictureView; size: 'small' | 'large' }) {
  const { t } = useHeritageWords()
  const { building, sha256, caption, kind } = picture
  const loaded = usePicture(api, housePicturePath(building, sha256, size))
  if (loaded.state === 'loading') return <span className="blank" role="status" aria-label={t('picture.loading')} />
  if (loaded.state === 'failed') return <span className="blank">{t('picture.failed')}</span>
  return <img src={loaded.url} alt={caption ?? wordOf('picture', kind, t)} />
}

interface AddFormProps {
  add: (told: { kind: HousePictureView['kind']; caption?: string }, picture: Blob) => Promise<unknown>
  onAdded: () => void
}

function AddForm({ add, onAdded }: AddFormProps) {
  const { t } = useHeritageWords()
  const act = useAct()
  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const caption = String(form.get('caption')).trim()
    const told = { kind: form.get('kind') as HousePictureView['kind'], ...(caption !== '' && { caption }) }
    if (await act.run(() => add(told, form.get('file') as File))) onAdded()
  }
  return (
    <form className="house-form" onSubmit={send}>
      <label>
        {t('heritage.pictures.file')}
        <input type="file" name="file" accept={PICTURE_TYPES} required />
      </label>
      <label>
        {t('heritage.pictures.kind')}
        <select name="kind">
          {HOUSE_PICTURE_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`heritage.picture.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('heritage.pictures.caption')}
        <input type="text" name="caption" maxLength={300} />
      </label>
      {act.failure !== null && <Failure>{t('heritage.pictures.failed', { message: act.failure })}</Failure>}
      <div className="form-buttons">
        <button type="submit" className="primary" disabled={act.isBusy}>
          {t('heritage.pictures.add')}
        </button>
      </div>
    </form>
  )
}
