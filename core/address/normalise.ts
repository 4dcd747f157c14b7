import { simplify } from './simplify.ts'

const DASHES = /[‐‑‒–—―−﹣－ーｰ]+/g
const TILDES = /[~～〜∼]/g
/** What stands in brackets and belongs to the number: 12(甲)号, 12号(之一). */
const BRACKETED_NUMBER = /[([【〔［{]([甲乙丙丁戊己庚辛壬癸A-Z\d]|之[\d〇一二三四五六七八九十]+)[)\]】〕］}]/g
const BRACKETED = /[([【〔［{<《「『"“][^)\]】〕］}>》」』"”]*[)\]】〕］}>》」』"”]/g
const SEPARATED_NUMBERS = /(?<=[\d号])[,、&](?=\d)/g
const NOISE = /[\s.,;:、。·・/\\'"“”‘’|_*()[\]【】{}<>《》「」『』&]+/g

/**
 * One way to write an address: half-width, simplified, capital letters, one kind of dash, no blanks or punctuation, remarks in brackets
 * left out. Numerals stay as they are, since names of roads hold them too.
 */
export function normaliseAddress(text: string): string {
  return simplify(text.normalize('NFKC').toUpperCase())
    .replace(DASHES, '-')
    .replace(TILDES, '~')
    .replace(/NO\.?\s*(?=\d)/g, '')
    .replace(/\s+/g, '')
    .replace(BRACKETED_NUMBER, '$1')
    .replace(BRACKETED, '')
    .replace(SEPARATED_NUMBERS, '、')
    .replace(/#/g, '号')
    .replace(NOISE, (found, at: number, whole: string) => (isBetweenNumbers(found, at, whole) ? '、' : ''))
}

function isBetweenNumbers(found: string, at: number, whole: string): boolean {
  return found === '、' && /[\d号]/.test(whole[at - 1] ?? '') && /\d/.test(whole[at + 1] ?? '')
}
