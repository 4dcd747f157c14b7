import { useState } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import type { FrameView } from '../../contract.ts'
import type { Api } from '../api.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import { useWords } from '../words/i18n.ts'
import { labelWords } from '../words/reason-words.ts'
import { FrameBoxes } from './frame-boxes.tsx'
import { usePicture } from './use-picture.ts'

/** What the camera saw: the part around the object, boxes drawn by the server; or the whole frame with boxes over it. */
export function PictureSection({ api, alert }: { api: Api; alert: AlertView }) {
  const { t } = useWords()
  const [wantsWhole, setWantsWhole] = useState(false)
  const [loaded] = useLoaded(alert.frameId ?? '', null, async () =>
    alert.frameId === undefined ? null : api.frame(alert.frameId),
  )
  const frame = loaded.state === 'ready' ? loaded.value : null
  const crop = alert.evidence.at(-1)
  const showsWhole = alert.frameId !== undefined && (wantsWhole || crop === undefined)
  const path = showsWhole ? `/api/v1/frames/${encodeURIComponent(alert.frameId ?? '')}/image` : cropPath(crop)
  const picture = usePicture(api, path)
  const what = labelWords(alert.subject.label ?? '', t)
  return (
    <section>
      <h3 className="with-switch">
        {t('picture.title')}
        <span className="grow" />
        {crop !== undefined && alert.frameId !== undefined && (
          <span className="switch">
            <button type="button" aria-pressed={!showsWhole} onClick={() => setWantsWhole(false)}>
              {t('picture.crop')}
            </button>
            <button type="button" aria-pressed={showsWhole} onClick={() => setWantsWhole(true)}>
              {t('picture.full')}
            </button>
          </span>
        )}
      </h3>
      {picture.state === 'loading' && <div className="blank" role="status" aria-label={t('picture.loading')} />}
      {picture.state === 'failed' && <div className="blank">{t('picture.failed')}</div>}
      {picture.state === 'ready' && (
        <div className="picture">
          <img src={picture.url} alt={t('picture.label', { what, count: frame?.detections.length ?? 1 })} />
          {showsWhole && frame !== null && <FrameBoxes frame={frame} label={alert.subject.label} />}
        </div>
      )}
      {frame !== null && <ModelLine frame={frame} />}
    </section>
  )
}

function cropPath(sha256: string | undefined): string | null {
  return sha256 === undefined ? null : `/api/v1/evidence/${sha256}`
}

function ModelLine({ frame: { device, model, widthPx, heightPx } }: { frame: FrameView }) {
  return <p className="fine">{[device, `${widthPx} × ${heightPx}`, model].filter(Boolean).join(' · ')}</p>
}
