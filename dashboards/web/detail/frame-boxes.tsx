import type { FrameView } from '../../contract.ts'
import { useWords } from '../words/i18n.ts'
import { labelWords } from '../words/reason-words.ts'

/** Boxes over a whole frame, in its own pixels; those of the alert's class stand out. */
export function FrameBoxes({ frame, label }: { frame: FrameView; label: string | undefined }) {
  const { t } = useWords()
  const { widthPx, heightPx, detections } = frame
  const linePx = Math.max(widthPx, heightPx) / 300
  const textPx = linePx * 9
  return (
    <svg className="boxes" viewBox={`0 0 ${widthPx} ${heightPx}`} aria-hidden="true">
      {detections.map((detection) => {
        const [x, y, width, height] = detection.box
        const isMeant = label === undefined || detection.label === label
        const words = `${labelWords(detection.label, t)} ${Math.round(detection.score * 100)}%`
        return (
          <g key={`${detection.label} ${detection.box.join(' ')}`} className={isMeant ? 'box is-meant' : 'box'}>
            <rect className="box-halo" x={x} y={y} width={width} height={height} strokeWidth={linePx * 2.4} />
            <rect className="box-line" x={x} y={y} width={width} height={height} strokeWidth={linePx} />
            <text
              x={x}
              y={y > textPx * 1.4 ? y - linePx * 3 : y + height + textPx}
              fontSize={textPx}
              strokeWidth={linePx * 2}
            >
              {words}
            </text>
          </g>
        )
      })}
    </svg>
  )
}
