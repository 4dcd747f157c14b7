import type { FindingView, RiverPlaceView } from '../../contract.ts'
import { hasWord, pageWords, type Translate } from '../words/i18n.ts'
import { labelWords } from '../words/reason-words.ts'
import { en } from './en.ts'
import { type RiverWord, zh } from './zh.ts'

export const useRiverWords = pageWords(zh, en)
export type RiverTranslate = Translate<RiverWord>

const has = (key: string): key is RiverWord => Object.hasOwn(zh, key)

/** The name of a class, short where this page has a short one. */
export function classWords(label: string, t: RiverTranslate): string {
  const key = `river.class.${label}`
  return has(key) ? t(key) : hasWord(`label.${label}`) ? labelWords(label, t) : label
}

/** One sign for a class. */
export function classGlyph(label: string, t: RiverTranslate): string {
  const key = `river.glyph.${label}`
  return has(key) ? t(key) : label.slice(0, 1).toUpperCase()
}

/** `K1+381 · 左岸` */
export function placeWords(place: RiverPlaceView | undefined, t: RiverTranslate): string {
  return place === undefined ? t('river.nowhere') : `${place.chainage} · ${t(`river.bank.${place.bank}`)}`
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

/** All that tells one finding from another, for those who cannot see the picture. */
export function findingWords(finding: FindingView, t: RiverTranslate): string {
  const what = classWords(finding.label, t)
  return [what, placeWords(finding.place, t), percent(finding.score), t(`river.review.${finding.review}`)].join('，')
}
