import type { AddressReason, HouseNumber, HouseReading, Inside } from './house-number.ts'
import { fromNumerals, NUMERAL_CLASS } from './numerals.ts'

const STEM = '甲乙丙丁戊己庚辛壬癸'
const NUMBER = `\\d{1,6}`
const MARKERS = '支?弄|号|幢|栋|座|单元|层|楼|室|房|门|进|院|-|之|[A-Z]|$'
const NUMERALS_BEFORE = new RegExp(`${NUMERAL_CLASS}+(?=${MARKERS}|[${STEM}]号|[、和及与至到~]${NUMERAL_CLASS})`, 'g')
const NUMERALS_AFTER = new RegExp(`(?<=[之附第、和及与至到~-])${NUMERAL_CLASS}+`, 'g')

const BESIDE =
  /旁|对面|对过|对门|附近|隔壁|周边|边上|背面|背后|门前|门口|斜对|交叉|交汇|之间|一带|路口|街口|巷口|弄口|以[东南西北]|往[东南西北]|[东南西北](侧|边|面|首)|后面|前面/
const SEVERAL = new RegExp(`^(${NUMBER})号?[、和及与至到~](${NUMBER})号?`)
/** Parts of a house, which say nothing of which house it is. */
const PARTS =
  /^(?:底层|阁楼|地下室|门面房?|店面房?|商铺|沿街|[东西南北]?厢房|[前后]院|[前后]门|[前后]进|第?\d+进|天井|院内|内|全幢|整幢|全栋|整栋|自建房|民居|民宅|住宅)+/

/** Numerals where they are numbers: before a marker, or after 之 and dashes. */
export function digitise(text: string): string {
  const asDigits = (run: string) => String(fromNumerals(run) ?? run)
  return text.replace(NUMERALS_AFTER, asDigits).replace(NUMERALS_BEFORE, asDigits)
}

/** What follows the name of the road, in every way in which it can be read, plainest first; none when it holds no number. */
export function parseTail(tail: string): HouseReading[] {
  const filler = /^(?:老|原|旧)(?=\d)/.test(tail) ? 'old_number' : null
  const text = tail.replace(/^(?:第|[老原旧新])(?=\d)/, '').replace(/^[东西南北中][段]/, '')
  const readings = parseSeveral(text) ?? parseOne(text)
  return filler === null ? readings : readings.map((one) => lower(one, 0.5, filler))
}

function parseSeveral(text: string): HouseReading[] | null {
  const found = SEVERAL.exec(text)
  if (found === null) return null
  return [found[1]!, found[2]!].map((number) => ({
    ...{ house: { number: plain(number) }, inside: {}, weight: 0.5, reasons: ['several_numbers' as const] },
  }))
}

function parseOne(text: string): HouseReading[] {
  const at = { rest: text }
  const lanes: HouseNumber = {}
  const lane = take(at, new RegExp(`^(${NUMBER}[${STEM}A-Z]?)弄`))
  if (lane) lanes.lane = plain(lane[1]!)
  const subLane = lane && take(at, new RegExp(`^(${NUMBER}[${STEM}A-Z]?)支?弄`))
  if (subLane) lanes.subLane = plain(subLane[1]!)
  const numbers = numberReadings(at, lanes)
  if (numbers.length === 0 && lane === null) return []
  const readings = numbers.length > 0 ? numbers : [{ house: lanes, inside: {}, weight: 0.9, reasons: [] }]
  const behind = takeInside(at)
  const { weight, reasons } = judgeRest(at.rest)
  return readings.map((one) => ({
    house: { ...one.house, ...behind.house },
    inside: { ...one.inside, ...behind.inside },
    weight: one.weight * weight,
    reasons: [...one.reasons, ...reasons],
  }))
}

/** The text that is still to be read. */
interface Cursor {
  rest: string
}

function take(at: Cursor, pattern: RegExp): RegExpExecArray | null {
  const found = pattern.exec(at.rest)
  if (found) at.rest = at.rest.slice(found[0].length)
  return found
}

const DASHED = new RegExp(`^([${STEM}])?(${NUMBER})([${STEM}A-Z])?((?:-${NUMBER}){1,3})(号(?!楼)|室)?`)
const NUMBERED = new RegExp(
  `^([${STEM}])?(${NUMBER})([${STEM}A-Z])?号(?!楼)(?:([${STEM}]|[A-Z](?![座幢栋区单]))(?!\\d))?(?:(之|附|-)(${NUMBER})(?!\\d*[弄幢栋层楼])号?)?`,
)
const SPLIT_OFF = new RegExp(`^([${STEM}])?(${NUMBER})([${STEM}A-Z])?(?:之|附)(${NUMBER})号?`)
const BARE = new RegExp(`^([${STEM}])?(${NUMBER})([${STEM}A-Z])?$`)
const BLOCK_AS_NUMBER = new RegExp(`^(${NUMBER})号楼`)

function numberReadings(at: Cursor, lanes: HouseNumber): HouseReading[] {
  const splitOff = take(at, SPLIT_OFF)
  if (splitOff) {
    const [, before, number, after, sub] = splitOff
    return [plainly({ ...lanes, number: withStem(number!, before ?? after), sub: plain(sub!) })]
  }
  const dashed = take(at, DASHED)
  if (dashed) return dashReadings(dashed, lanes)
  const numbered = take(at, NUMBERED)
  if (numbered) {
    const [, before, number, after, behind, joint, sub] = numbered
    const house = { ...lanes, number: withStem(number!, before ?? after ?? behind) }
    if (sub === undefined) return [plainly(house)]
    const split = plainly({ ...house, sub: plain(sub) })
    return joint === '-'
      ? [split, { ...plainly(house), inside: { room: sub }, weight: 0.9, reasons: ['dash'] }]
      : [split]
  }
  const block = take(at, BLOCK_AS_NUMBER)
  if (block) return [{ ...plainly({ ...lanes, number: plain(block[1]!) }), weight: 0.8, reasons: ['dash'] }]
  const bare = take(at, BARE)
  if (bare === null) return []
  const [, before, number, after] = bare
  const house = { ...lanes, number: withStem(number!, before ?? after) }
  return [{ ...plainly(house), weight: 0.93, reasons: ['marker_missing'] }]
}

/** 12-3号 is 12号之3, or 12弄3号, or both houses and what lies between; 12-302 is room 302. */
function dashReadings(found: RegExpExecArray, lanes: HouseNumber): HouseReading[] {
  const [, before, first, after, chain, marker] = found
  const number = withStem(first!, before ?? after)
  const parts = chain!.slice(1).split('-').map(plain)
  const [second, third] = parts as [string, string?]
  const readings: HouseReading[] = []
  const add = (house: HouseNumber, weight: number, inside: Inside = {}) =>
    readings.push({ house: { ...lanes, ...house }, inside, weight, reasons: ['dash'] })
  const isRoom = third === undefined && marker !== '号' && (marker === '室' || Number(second) >= 100)
  if (isRoom) add({ number }, 0.95, { room: second })
  if (third !== undefined) add({ number }, 0.92, { unit: second, room: third })
  const room = third === undefined ? {} : { room: third }
  if (lanes.lane === undefined) add({ lane: number, number: second }, isRoom ? 0.6 : 0.95, room)
  add({ number, sub: second }, isRoom ? 0.6 : 0.95, room)
  if (third === undefined && Number(second) > Number.parseInt(first!, 10)) {
    add({ number }, 0.7)
    add({ number: second }, 0.7)
  }
  return readings
}

function takeInside(at: Cursor): { house: Pick<HouseNumber, 'block'>; inside: Inside } {
  const house: Pick<HouseNumber, 'block'> = {}
  const inside: Inside = {}
  const block = take(at, new RegExp(`^第?(${NUMBER}|[A-Z])(?:幢|栋|座|号楼)`))
  if (block) house.block = plain(block[1]!)
  const unit = take(at, new RegExp(`^第?(${NUMBER}|[A-Z${STEM}])(?:单元|门(?![面口前]))`))
  if (unit) inside.unit = plain(unit[1]!)
  const floor = take(at, new RegExp(`^第?(-?${NUMBER}|[A-Z]\\d?)(?:层|楼|F)`))
  if (floor) inside.floor = floor[1]!
  const pair = take(at, new RegExp(`^(${NUMBER})-(${NUMBER})(?:室|房间?)?$`))
  if (pair) Object.assign(inside, { unit: plain(pair[1]!), room: plain(pair[2]!) })
  const room = take(at, new RegExp(`^(${NUMBER}[A-Z]?)(?:室|房间?|$)`))
  if (room) inside.room = room[1]!
  return { house, inside }
}

function judgeRest(rest: string): { weight: number; reasons: AddressReason[] } {
  const words = rest.replace(PARTS, '')
  if (words === '') return { weight: 1, reasons: [] }
  if (BESIDE.test(words)) return { weight: 0.4, reasons: ['beside'] }
  if (/\d+[号弄幢]/.test(words) || /^[、和及与至到~]/.test(words)) return { weight: 0.5, reasons: ['several_numbers'] }
  return { weight: 0.95, reasons: ['rest'] }
}

function plainly(house: HouseNumber): HouseReading {
  return { house, inside: {}, weight: 1, reasons: [] }
}

function lower(one: HouseReading, by: number, reason: AddressReason): HouseReading {
  return { ...one, weight: one.weight * by, reasons: [...one.reasons, reason] }
}

/** 012 is 12. */
function plain(number: string): string {
  return number.replace(/^0+(?=\d)/, '')
}

/** 甲12号, 12甲号 and 12号甲 are one house. */
function withStem(number: string, stem: string | undefined): string {
  return plain(number) + (stem ?? '')
}
