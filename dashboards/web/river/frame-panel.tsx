import { useEffect, useState } from 'react'
import type { FindingView } from '../../contract.ts'
import { ApiFailure } from '../http.ts'
import type { FrameBox } from './draw-frame.ts'
import { FrameCanvas, type Zoom } from './frame-canvas.tsx'
import { type Asked, type Look, type Looks, lookIdOf, sightingOf, useCached } from './use-look.ts'
import { classWords, findingWords, percent, placeWords, type RiverTranslate, useRiverWords } from './words.ts'

interface FramePanelProps {
  looks: Looks
  finding: FindingView
  /** All that are known, for the boxes of others in the same picture. */
  findings: readonly FindingView[]
  hasBoxes: boolean
  zoom: Zoom
  isDrawing: boolean
  onBox: (box: [number, number, number, number]) => void
}

/** The picture that shows a finding, with its box and those of others. */
export function FramePanel({ looks, finding, findings, hasBoxes, zoom, isDrawing, onBox }: FramePanelProps) {
  const { t, language } = useRiverWords()
  const { frameId } = sightingOf(finding)
  const lookId = lookIdOf(frameId, finding.id)
  const asked = useCached(looks.looks, lookId)
  const whole = useCached(looks.whole, zoom === 'one' ? lookId : null)
  const isSlow = useSlow(asked.state === 'loading', lookId)
  if (asked.state === 'failed') return <MissingPicture finding={finding} failure={asked.failure} t={t} />
  const look = asked.state === 'ready' ? asked.value : null
  const size = sizeOf(look)
  const picture = (whole.state === 'ready' ? whole.value : undefined) ?? look?.picture ?? null
  return (
    <div className="frame">
      <FrameCanvas
        lookId={lookId}
        picture={picture}
        size={size}
        boxes={hasBoxes && look !== null ? boxesIn(frameId, finding, findings, t) : NO_BOXES}
        target={sightingOf(finding).box}
        zoom={zoom}
        hasLoupe={hasBoxes && zoom === 'fit' && !isDrawing}
        isDrawing={isDrawing}
        onBox={onBox}
        label={t('river.frame', {
          what: classWords(finding.label, t),
          where: placeWords(finding.place, t),
          review: t(`river.review.${finding.review}`),
        })}
      />
      {isSlow && (
        <div className="frame-note" role="status">
          {t('river.frame.loading')}
        </div>
      )}
      {zoom === 'one' && <OneToOne whole={whole} t={t} />}
      {isDrawing && <div className="frame-note is-strong">{t('river.redraw.hint')}</div>}
      {look?.frame.detections.some(({ label }) => label === 'person') && (
        <span className="frame-tag" lang={language === 'zh' ? 'zh-CN' : 'en'}>
          {t('river.frame.covered')}
        </span>
      )}
    </div>
  )
}

const NO_BOXES: FrameBox[] = []

function OneToOne({ whole, t }: { whole: Asked<ImageBitmap>; t: RiverTranslate }) {
  return (
    <span className="frame-tag is-zoom">
      {t(whole.state === 'loading' ? 'river.frame.full' : 'river.frame.oneToOne')}
    </span>
  )
}

/** A picture that is there at once needs no word; one that is late has one. */
function useSlow(isLoading: boolean, key: string): boolean {
  const [slowKey, setSlowKey] = useState<string | null>(null)
  useEffect(() => {
    if (!isLoading) return
    const timer = window.setTimeout(() => setSlowKey(key), 200)
    return () => window.clearTimeout(timer)
  }, [isLoading, key])
  return isLoading && slowKey === key
}

function sizeOf(look: Look | null): { width: number; height: number } {
  if (look === null) return { width: 4, height: 3 }
  const { widthPx, heightPx } = look.frame
  return { width: widthPx, height: heightPx }
}

function boxesIn(
  frameId: string,
  selected: FindingView,
  findings: readonly FindingView[],
  t: RiverTranslate,
): FrameBox[] {
  return [selected, ...findings.filter(({ id }) => id !== selected.id)].flatMap((finding) => {
    const sighting = [sightingOf(finding), finding.best].find((one) => one.frameId === frameId)
    if (sighting === undefined) return []
    const words = `${classWords(finding.label, t)} ${percent(sighting.score)}`
    return { id: finding.id, box: sighting.box, words, review: finding.review, isSelected: finding.id === selected.id }
  })
}

/** The decision does not wait for a picture. */
function MissingPicture({ finding, failure, t }: { finding: FindingView; failure: Error; t: RiverTranslate }) {
  const isUnderWay = failure instanceof ApiFailure && failure.code === 'not_analysed'
  return (
    <div className="frame is-missing" role="img" aria-label={findingWords(finding, t)}>
      <div className="missing" aria-live="polite">
        <b>
          {t(isUnderWay ? 'river.frame.notAnalysed' : 'river.frame.missing', { frame: sightingOf(finding).frameId })}
        </b>
        {!isUnderWay && <p>{t('river.frame.missingHint', { why: failure.message })}</p>}
      </div>
    </div>
  )
}
