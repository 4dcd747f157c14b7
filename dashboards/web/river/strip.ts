import type { FindingView } from '../../contract.ts'

/** Chainage to pixels: a river unrolled from left to right, downstream. */
export interface StripScale {
  fromM: number
  toM: number
  widthPx: number
  /** Pixels from the left edge. */
  x(alongM: number): number
}

export const STRIP_PAD_PX = 44
/** A mark of 18 px, and a gap. */
const MARK_PX = 20
/** Marks that stand above each other at one place; more lie over each other. */
const LANES = 2
/** Labels such as K10+500 need this much. */
const LABEL_PX = 76

export function toStripScale(fromM: number, toM: number, widthPx: number): StripScale {
  const lengthM = Math.max(1, toM - fromM)
  const roomPx = Math.max(1, widthPx - 2 * STRIP_PAD_PX)
  return { fromM, toM, widthPx, x: (alongM) => STRIP_PAD_PX + ((alongM - fromM) / lengthM) * roomPx }
}

export interface StripTick {
  alongM: number
  /** Has its chainage written under it. */
  isMajor: boolean
}

const STEPS_M = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]

/** Ticks at round chainages, so far apart that the written ones do not touch. */
export function ticksOf({ fromM, toM, widthPx }: StripScale): StripTick[] {
  const roomPx = Math.max(1, widthPx - 2 * STRIP_PAD_PX)
  const metresPerLabel = (LABEL_PX * Math.max(1, toM - fromM)) / roomPx
  const majorM = STEPS_M.find((stepM) => stepM >= metresPerLabel) ?? STEPS_M.at(-1)!
  const minorM = majorM / 5
  const first = Math.ceil(fromM / minorM - 1e-9)
  const last = Math.floor(toM / minorM + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const step = first + i
    return { alongM: step * minorM, isMajor: step % 5 === 0 }
  })
}

export interface StripMark {
  id: string
  x: number
  bank: 'left' | 'right' | 'middle'
  /** 0 is next to the water. */
  lane: number
}

/** Where each finding stands, so that neighbours on one bank can be told apart. Those without a place have none. */
export function marksOf(findings: readonly FindingView[], scale: StripScale): StripMark[] {
  const lastX = new Map<string, number>()
  return findings
    .flatMap(({ id, place }) => (place ? [{ id, x: scale.x(place.alongM), bank: place.bank }] : []))
    .sort((a, b) => a.x - b.x || (a.id < b.id ? -1 : 1))
    .map((mark) => {
      const isFree = (lane: number) => mark.x - (lastX.get(`${mark.bank} ${lane}`) ?? -Infinity) >= MARK_PX
      const free = Array.from({ length: LANES }, (_, lane) => lane).find(isFree)
      const lane = free ?? LANES - 1
      lastX.set(`${mark.bank} ${lane}`, mark.x)
      return { ...mark, lane }
    })
}

/** Neighbouring stretches as one. */
export function joined<T extends { fromM: number; toM: number }>(
  stretches: readonly T[],
): { fromM: number; toM: number }[] {
  const all: { fromM: number; toM: number }[] = []
  for (const { fromM, toM } of [...stretches].sort((a, b) => a.fromM - b.fromM)) {
    const last = all.at(-1)
    if (last !== undefined && fromM <= last.toM) last.toM = Math.max(last.toM, toM)
    else all.push({ fromM, toM })
  }
  return all
}

/** Heights of the parts, pixels from the top. Left of the water is above it, as when one looks downstream. */
export const STRIP = { heightPx: 150, bandTop: 50, bandPx: 38, labelY: 106 } as const

export function markY({ bank, lane }: Pick<StripMark, 'bank' | 'lane'>): number {
  const { bandTop, bandPx } = STRIP
  if (bank === 'middle') return bandTop + bandPx / 2 + (lane === 0 ? -9.5 : 9.5)
  return bank === 'left' ? bandTop - 12 - lane * 20 : bandTop + bandPx + 30 + lane * 20
}
