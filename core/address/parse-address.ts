import type { HouseReading } from './house-number.ts'
import { normaliseAddress } from './normalise.ts'
import { NUMERAL_CLASS } from './numerals.ts'
import { digitise, parseTail } from './parse-tail.ts'

/** An address taken apart without a register that knows its roads. */
export interface ParsedAddress {
  /** The whole text in one way of writing. */
  normal: string
  /** City, district, sub-district and village in front of the road, as far as they are said: `苏州市`, `姑苏区`. */
  places: string[]
  road: string
  /** Plainest first; none when it holds no number. */
  readings: HouseReading[]
}

const PLACES = [
  /^.{2,6}?(?:省|自治区)/,
  /^.{2,6}?市/,
  /^.{2,6}?[区县市]/,
  /^.{2,8}?(?:街道|镇|乡)/,
  /^.{2,10}?(?:社区|居委会|村委会|村|街区|片区)/,
]
const FIRST_NUMBER = new RegExp(
  `[甲乙丙丁戊己庚辛壬癸]?(?:\\d+[^\\d]|\\d+$|${NUMERAL_CLASS}+(?:支?弄|号|幢|栋))|[老原旧]\\d`,
)

export function parseAddress(text: string): ParsedAddress {
  const normal = normaliseAddress(text)
  const { places, rest } = cutPlaces(normal)
  const at = firstNumberAt(rest)
  return { normal, places, road: rest.slice(0, at), readings: parseTail(digitise(rest.slice(at))) }
}

/** Takes city, district, sub-district and village off, where a name of some length stays. */
export function cutPlaces(normal: string): { places: string[]; rest: string } {
  const places: string[] = []
  let rest = normal
  for (const pattern of PLACES) {
    const found = pattern.exec(rest)
    if (found === null || !/^(?!道)\D{2}/.test(rest.slice(found[0].length))) continue
    places.push(found[0])
    rest = rest.slice(found[0].length)
  }
  return { places, rest }
}

function firstNumberAt(text: string): number {
  const found = FIRST_NUMBER.exec(text)
  return found && found.index > 0 ? found.index : found ? 0 : text.length
}
