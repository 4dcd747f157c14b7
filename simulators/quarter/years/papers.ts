import type { RecordEntry } from '../../../core/observation.ts'
import { spell } from '../spellings.ts'
import { DAY_MS, dateOf, officeTimeFrom } from './calendar.ts'
import type { Dice } from './dice.ts'
import type { Lane } from './lane.ts'

/** What an office or a resident tells of a house, when it comes, and which house it is about. */
export interface Paper {
  arrivalMs: number
  record: RecordEntry
  /** Place in the row of the house that is really meant. */
  house: number
}

export interface PaperOrder {
  recordId: string
  type: string
  house: number
  /** The date that it bears. */
  atMs: number
  body?: Record<string, string>
}

/** Shares of records that come before the date that they bear (a lease from next week), and of addresses written anyhow. */
const EARLY_SHARE = 0.08
const FREE_SPELLING_SHARE = 0.35
const NAMES = ['老周', '王记面馆', '枕河文化公司', '陈先生', '林女士', '平桥茶业', '水巷咖啡', '小桥民宿有限公司']
const SCOPES = ['服装零售', '茶馆服务', '餐饮服务', '民宿服务', '工艺品销售', '咖啡馆服务']
const COMPLAINTS: Record<string, string[]> = {
  works: ['隔壁好像在装修，一直有电钻声', '有人在拆墙，声音很大', '天天敲敲打打，没看到告示'],
  debris: ['门口堆了建筑垃圾', '弄堂口有几袋砖块和碎木头'],
  dust: ['灰尘很大，晾的衣服都脏了'],
  noise: ['这两天太吵了', '中午也不停，影响休息'],
}

/** A record of a register. Half come within a day of their date, one in ten after four days; offices send in office hours. */
export function toPaper(lane: Lane, { recordId, type, house, atMs: dated, body }: PaperOrder, dice: Dice): Paper {
  const atMs = Math.round(dated)
  const isEarly = dice.chance(EARLY_SHARE)
  const sentMs = isEarly ? atMs - dice.between(0.5, 5) * DAY_MS : atMs + dice.spread(1, 1.1) * DAY_MS
  const address = lane.houses[house]!.building.address
  const record: RecordEntry = {
    ...{ kind: 'record', deviceId: 'housing-office', recordId, recordType: type, atMs },
    address: dice.chance(FREE_SPELLING_SHARE) ? spell(address, dice.next) : address,
    body: { ...bodyOf(type, atMs, dice), ...body },
  }
  return { arrivalMs: officeTimeFrom(sentMs, dice.next()), record, house }
}

/** A resident calls: hours after what they noticed; one in seven says the number of the house next door. */
export function toReport(
  lane: Lane,
  { recordId, house, atMs: heard, about }: { recordId: string; house: number; atMs: number; about: string },
  dice: Dice,
): Paper {
  const atMs = Math.round(heard)
  const side = dice.chance(0.5) ? 1 : -1
  const named = dice.chance(0.15) ? lane.houses[house + side] : undefined
  const { address } = (named ?? lane.houses[house]!).building
  const text = dice.oneOf(COMPLAINTS[about]!)
  const record: RecordEntry = {
    ...{ kind: 'record', deviceId: 'resident-line', recordId, recordType: 'report.resident', atMs, address },
    body: { about, text },
  }
  return {
    arrivalMs: Math.round(atMs + dice.spread(1.5, 1) * 3_600_000),
    record,
    house: (named ?? lane.houses[house]!).index,
  }
}

function bodyOf(type: string, atMs: number, dice: Dice): Record<string, string> {
  const filing = `WJ2025-${String(Math.floor(dice.next() * 100_000)).padStart(5, '0')}`
  const [who, other] = [dice.oneOf(NAMES), dice.oneOf(NAMES)]
  if (type.startsWith('lease.'))
    return {
      filing,
      tenant: who,
      use: dice.oneOf(SCOPES),
      validFrom: dateOf(atMs),
      validTo: dateOf(atMs + 730 * DAY_MS),
    }
  if (type === 'scope.changed') return { filing, business: who, before: dice.oneOf(SCOPES), after: dice.oneOf(SCOPES) }
  if (type === 'account.changed') return { filing, utility: 'electricity', before: other, after: who }
  if (type === 'owner.changed') return { filing, before: other, after: who }
  return { filing, kind: '内部装修', contractor: '文津古建工程队' }
}
