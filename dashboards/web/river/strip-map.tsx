import { memo, useLayoutEffect, useRef, useState } from 'react'
import { chainageMark } from '../../../core/river-line.ts'
import type { CoverageView, FindingView } from '../../contract.ts'
import { joined, marksOf, markY, STRIP, type StripScale, ticksOf, toStripScale } from './strip.ts'
import { classGlyph, findingWords, useRiverWords } from './words.ts'

export interface Reachlike {
  id: string
  name: string
  fromM: number
  toM: number
}

interface StripMapProps {
  river: string
  fromM: number
  toM: number
  /** With the names to show. */
  reaches: Reachlike[]
  coverage: CoverageView | undefined
  findings: FindingView[]
  selectedId: string | null
  onSelect: (id: string) => void
}

/** The river unrolled by chainage: what was covered and why not the rest, and every finding on its bank. */
export function StripMap(props: StripMapProps) {
  const { river, fromM, toM, reaches, coverage, findings, selectedId, onSelect } = props
  const { t } = useRiverWords()
  const box = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(box)
  const scale = toStripScale(fromM, toM, widthPx)
  const here = findings.filter(({ place }) => place?.river === river && place.alongM >= fromM && place.alongM <= toM)
  const gaps = coverage?.gaps.filter((gap) => gap.river === river && gap.toM > fromM && gap.fromM < toM) ?? []
  const seen = coverage?.seen.filter((one) => one.river === river && one.toM > fromM && one.fromM < toM) ?? []
  const byId = new Map(here.map((finding) => [finding.id, finding]))
  const marks = marksOf(here, scale).map((mark) => ({ ...mark, y: markY(mark) }))
  const shown = marks.filter(({ id }) => id !== selectedId)
  const chosen = marks.find(({ id }) => id === selectedId)
  const summary = t('river.strip.summary', { river, marks: marks.length, gaps: gaps.length })
  return (
    <div ref={box} className="strip">
      <svg width={widthPx} height={STRIP.heightPx} role="img" aria-label={summary}>
        <defs>
          <pattern id="gap-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="7" className="gap-line" />
          </pattern>
        </defs>
        <text className="strip-side" x={4} y={30}>
          {t('river.bank.left')}
        </text>
        <text className="strip-side" x={4} y={STRIP.bandTop + STRIP.bandPx + 38}>
          {t('river.bank.right')}
        </text>
        <Reaches reaches={reaches} scale={scale} />
        <rect
          className="strip-water"
          x={scale.x(fromM)}
          y={STRIP.bandTop}
          width={scale.x(toM) - scale.x(fromM)}
          height={STRIP.bandPx}
          rx={4}
        />
        {joined(seen).map(({ fromM, toM }) => (
          <Stretch key={fromM} kind="strip-seen" {...{ fromM, toM, scale }} />
        ))}
        {gaps.map((gap) => (
          <Gap key={`${gap.fromM} ${gap.reason}`} gap={gap} scale={scale} />
        ))}
        {ticksOf(scale).map(({ alongM, isMajor }) => (
          <g key={alongM} className="strip-tick">
            <line
              x1={scale.x(alongM)}
              x2={scale.x(alongM)}
              y1={STRIP.bandTop + STRIP.bandPx}
              y2={STRIP.bandTop + STRIP.bandPx + (isMajor ? 6 : 3)}
            />
            {isMajor && (
              <text x={scale.x(alongM)} y={STRIP.labelY}>
                {chainageMark(alongM)}
              </text>
            )}
          </g>
        ))}
        {shown.map(({ id, x, y }) => (
          <Mark key={id} finding={byId.get(id)!} {...{ x, y, onSelect }} isSelected={false} />
        ))}
        {chosen && <Mark finding={byId.get(chosen.id)!} x={chosen.x} y={chosen.y} onSelect={onSelect} isSelected />}
      </svg>
    </div>
  )
}

interface MarkProps {
  finding: FindingView
  x: number
  y: number
  isSelected: boolean
  onSelect: (id: string) => void
}

/** The selected one is drawn last, over the others. */
const Mark = memo(function Mark({ finding, x, y, isSelected, onSelect }: MarkProps) {
  const { t } = useRiverWords()
  const { id, review, label } = finding
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drawing of the list, which has the roles and the keys
    <g
      data-finding={id}
      className={`strip-mark is-${review}`}
      transform={`translate(${x} ${y})`}
      onClick={() => onSelect(id)}
    >
      <title>{findingWords(finding, t)}</title>
      {isSelected && <circle className="strip-ring" r={13} />}
      <circle className="strip-dot" r={9} />
      <text y={0.5}>{classGlyph(label, t)}</text>
    </g>
  )
})

function Reaches({ reaches, scale }: { reaches: Reachlike[]; scale: StripScale }) {
  return reaches
    .filter(({ fromM, toM }) => toM > scale.fromM && fromM < scale.toM)
    .map(({ id, name, fromM, toM }) => {
      const [left, right] = [scale.x(Math.max(fromM, scale.fromM)), scale.x(Math.min(toM, scale.toM))]
      return (
        <g key={id} className="strip-reach">
          <line x1={left} x2={left} y1={6} y2={STRIP.bandTop + STRIP.bandPx} />
          {right - left > widthOf(name) + 8 && (
            <text x={left + 5} y={13} lang="zh-CN">
              {name}
            </text>
          )}
        </g>
      )
    })
}

function Stretch({ kind, fromM, toM, scale }: { kind: string; fromM: number; toM: number; scale: StripScale }) {
  const [left, right] = [scale.x(Math.max(fromM, scale.fromM)), scale.x(Math.min(toM, scale.toM))]
  return <rect className={kind} x={left} y={STRIP.bandTop} width={Math.max(1, right - left)} height={STRIP.bandPx} />
}

function Gap({ gap, scale }: { gap: CoverageView['gaps'][number]; scale: StripScale }) {
  const { t } = useRiverWords()
  const reason = t(`river.gap.${gap.reason}`)
  const [left, right] = [scale.x(Math.max(gap.fromM, scale.fromM)), scale.x(Math.min(gap.toM, scale.toM))]
  return (
    <g className="strip-gap">
      <title>{t('river.strip.gap', { from: gap.from, to: gap.to, reason })}</title>
      <Stretch kind="gap-ground" fromM={gap.fromM} toM={gap.toM} scale={scale} />
      <Stretch kind="gap-hatched" fromM={gap.fromM} toM={gap.toM} scale={scale} />
      {right - left > widthOf(reason) + 10 && (
        <text x={(left + right) / 2} y={STRIP.bandTop + STRIP.bandPx / 2 + 4}>
          {reason}
        </text>
      )}
    </g>
  )
}

/** About as wide as 11 px text is: Chinese characters fill their square, Latin letters half of it. */
function widthOf(words: string): number {
  return [...words].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 11.5 : 6.2), 0)
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(800)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = () => setWidth(element.clientWidth)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [box])
  return width
}
