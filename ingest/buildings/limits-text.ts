import type { BuildingLimit } from '../../core/building.ts'
import { FIELD_NAME } from '../../core/device.ts'
import { cutCell, plainText, toPiece } from './cell-list.ts'

const SEPARATORS = ';；\n'
const SPECIAL = `${SEPARATORS}=＝<＜≤:：()（）`

/**
 * Limits of a house as a list writes them: `ppv_mm_s=din-4150-3-2016:3; tilt_mm_m<4 mm/m (文保所 2025-03)`. The first is the line of a
 * standards pack, the second a limit that somebody set, who stands in brackets. A text comes back when it says something else.
 */
export function parseLimits(cell: string): BuildingLimit[] | string {
  const limits: BuildingLimit[] = []
  for (const piece of cutCell(cell, SEPARATORS)) {
    const limit = parseLimit(piece)
    if (typeof limit === 'string') return `${JSON.stringify(piece.slice(0, 60))}: ${limit}`
    limits.push(limit)
  }
  return limits
}

const CHARACTER = String.raw`(?:\\[\s\S]|[^\\])`
const OF_PACK = new RegExp(`^(${CHARACTER}*?)[=＝](${CHARACTER}*?)[:：](${CHARACTER}*)$`)
const SET = new RegExp(
  `^(${CHARACTER}*?)[<＜≤]\\s*([-+]?[\\d.]+(?:[eE][-+]?\\d+)?)(${CHARACTER}*?)[(（](${CHARACTER}*)[)）]$`,
)

function parseLimit(piece: string): BuildingLimit | string {
  const isSet = new RegExp(`^${CHARACTER}*?[=＝<＜≤]`).exec(piece)?.[0].match(/[<＜≤]$/)
  const [, metric = '', ...said] = (isSet ? SET : OF_PACK).exec(piece) ?? []
  const [first = '', second = '', third = ''] = said.map((one) => one.trim())
  if (metric === '')
    return isSet
      ? 'expected METRIC<NUMBER UNIT (who set it)'
      : 'expected METRIC=PACK:LINE or METRIC<NUMBER UNIT (who set it)'
  const named = plainText(metric).trim()
  if (!FIELD_NAME.test(named)) return `${JSON.stringify(named)} is no metric`
  if (!isSet) return { metric: named, pack: plainText(first), line: plainText(second) }
  const value = Number(first)
  return Number.isFinite(value)
    ? { metric: named, value, unit: plainText(second), source: plainText(third) }
    : `${first} is no number`
}

export function toLimitsText(limits: readonly BuildingLimit[]): string {
  const piece = (text: string) => toPiece(text, SPECIAL)
  return limits
    .map((limit) =>
      'pack' in limit
        ? `${limit.metric}=${piece(limit.pack)}:${piece(limit.line)}`
        : `${limit.metric}<${limit.value} ${piece(limit.unit)} (${piece(limit.source)})`,
    )
    .join('; ')
}
