import type { FindingView, SpotLookView } from '../../contract.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import type { Times } from '../words/times.ts'
import { FrameCanvas } from './frame-canvas.tsx'
import type { RiverCalls } from './river-calls.ts'
import { type Looks, lookIdOf, useCached } from './use-look.ts'
import { classWords, percent, useRiverWords } from './words.ts'

interface PairViewProps {
  calls: RiverCalls
  looks: Looks
  finding: FindingView
  hasBoxes: boolean
  times: Times
  nowMs: number
}

/** The spot on the last two flights that looked at it, side by side. */
export function PairView({ calls, looks, finding, hasBoxes, times, nowMs }: PairViewProps) {
  const { t } = useRiverWords()
  const [loaded] = useLoaded(finding.id, finding.lastLook.frameId, () => calls.pair(finding.id))
  if (loaded.state === 'loading') return <div className="frame" />
  if (loaded.state === 'failed')
    return (
      <div className="frame is-missing">
        <p className="missing" role="alert">
          {t('river.pair.failed', { message: loaded.message })}
        </p>
      </div>
    )
  const { before, after } = loaded.value
  return (
    <section className="pair" aria-label={t('river.pair')}>
      {before === undefined ? (
        <div className="frame is-missing">
          <p className="missing">{t('river.pair.none')}</p>
        </div>
      ) : (
        <Spot look={before} word={t('river.pair.before')} {...{ looks, finding, hasBoxes, times, nowMs }} />
      )}
      <Spot look={after} word={t('river.pair.after')} {...{ looks, finding, hasBoxes, times, nowMs }} />
    </section>
  )
}

/** As much of the picture as a box there would show. */
function aroundSpot(spot: SpotLookView['spot']): [number, number, number, number] | null {
  return spot === undefined ? null : [spot[0] - 20, spot[1] - 20, 40, 40]
}

type SpotProps = Omit<PairViewProps, 'calls'> & { look: SpotLookView; word: string }

function Spot({ looks, finding, hasBoxes, times, nowMs, look, word }: SpotProps) {
  const { t } = useRiverWords()
  const lookId = lookIdOf(look.frameId, finding.id)
  const asked = useCached(looks.looks, lookId)
  const { sighting } = look
  const seen = t(sighting === undefined ? 'river.pair.unseen' : 'river.pair.seen')
  const caption = `${word} · ${times.short(Date.parse(look.at), nowMs)} · ${seen}`
  const isReady = asked.state === 'ready'
  return (
    <figure className="spot">
      <figcaption>{caption}</figcaption>
      <div className="frame">
        {asked.state === 'failed' ? (
          <p className="missing">{t('river.frame.missing', { frame: look.frameId })}</p>
        ) : (
          <FrameCanvas
            lookId={lookId}
            picture={isReady ? asked.value.picture : null}
            size={
              isReady
                ? { width: asked.value.frame.widthPx, height: asked.value.frame.heightPx }
                : { width: 4, height: 3 }
            }
            boxes={
              sighting === undefined || !hasBoxes || !isReady
                ? []
                : [
                    {
                      ...{ id: finding.id, box: sighting.box, review: finding.review, isSelected: true },
                      words: `${classWords(finding.label, t)} ${percent(sighting.score)}`,
                    },
                  ]
            }
            target={sighting?.box ?? aroundSpot(look.spot)}
            spot={sighting === undefined && look.spot ? { x: look.spot[0], y: look.spot[1] } : undefined}
            zoom="box"
            label={caption}
          />
        )}
      </div>
    </figure>
  )
}
