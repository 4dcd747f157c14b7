import type { Building } from '../../core/building.ts'
import { randomAt } from '../random.ts'
import { distanceBetweenM } from '../world.ts'
import { spell } from './spellings.ts'

/** Something that is filed at a register, as it would be sent, and which house it is really about. */
export interface RecordEvent {
  kind: 'record'
  atMs: number
  /** Who files it; they speak HTTP, not MQTT. */
  deviceId: typeof OFFICE | 'resident-line'
  /** Id of the house; null for an address that the register of houses does not have. */
  house: string | null
  record: { recordId: string; type: string; at: string; address: string; body: Record<string, string> }
}

type Draw = (what: string | number) => number
const OFFICE = 'housing-office'
const DAY_MS = 86_400_000
/** What comes how often, of all that is filed. */
const SHARES: [type: string, share: number][] = [
  ['lease.signed', 0.34],
  ['lease.changed', 0.06],
  ['scope.changed', 0.16],
  ['owner.changed', 0.05],
  ['account.changed', 0.15],
  ['works.filed', 0.12],
  ['works.approved', 0.06],
  ['works.finished', 0.06],
]
const SCOPES = ['服装零售', '茶馆服务', '餐饮服务', '民宿服务', '工艺品销售', '咖啡馆服务', '文化创意服务']
const NAMES = ['老周', '小桥民宿有限公司', '王记面馆', '枕河文化公司', '陈先生', '林女士', '平桥茶业', '水巷咖啡']
const OUTSIDE = ['仁和路21号3幢', '学前路62号', '上塘路8号', '望星路15号201室', '银杏路41号']
const OUTSIDE_SHARE = 0.08

/** Filed works so near explain what a house's sensors hear. */
const NEARBY_M = 45
/** A house with so many sensors may have a story of works. */
const FITTED = 5

/** Houses about which anything may be filed by chance: those with sensors have stories of their own, into which nothing filed next door may come. */
export function withoutSensors(houses: readonly Building[]): Building[] {
  const fitted = houses.filter(({ sensors = [] }) => sensors.length >= FITTED)
  const isBeside = ({ position }: Building) =>
    fitted.some((one) => position && one.position && distanceBetweenM(position, one.position) < NEARBY_M)
  return houses.filter((house) => (house.sensors ?? []).length === 0 && !isBeside(house))
}

/** One record each `everyS`, the same at the same time for the same seed, with `fromMs` ≤ time < `toMs`. */
export function recordsBetween(
  houses: readonly Building[],
  { seed, everyS }: { seed: number; everyS: number },
  fromMs: number,
  toMs: number,
): RecordEvent[] {
  const everyMs = everyS * 1000
  const events: RecordEvent[] = []
  for (let slot = Math.ceil(fromMs / everyMs); slot * everyMs < toMs; slot++)
    events.push(recordOf(houses, seed, slot, slot * everyMs))
  return events
}

function recordOf(houses: readonly Building[], seed: number, slot: number, atMs: number): RecordEvent {
  const draw: Draw = (what) => randomAt(seed, 'filed', slot, what)
  const house = draw('outside') < OUTSIDE_SHARE ? undefined : houses[Math.floor(draw('house') * houses.length)]
  let step = 0
  const address =
    house === undefined ? oneOf(OUTSIDE, draw('address')) : spell(house.address, () => draw(`spelling-${step++}`))
  const type = typeOf(draw('type'))
  return {
    ...{ kind: 'record', atMs, deviceId: OFFICE, house: house?.id ?? null },
    record: {
      recordId: `sim-${seed}-${slot}`,
      type,
      at: new Date(atMs).toISOString(),
      address,
      body: bodyOf(type, draw, atMs),
    },
  }
}

function typeOf(drawn: number): string {
  let upTo = 0
  for (const [type, share] of SHARES) {
    upTo += share
    if (drawn < upTo) return type
  }
  return SHARES[0]![0]
}

function bodyOf(type: string, draw: Draw, atMs: number): Record<string, string> {
  const filing = `WJ${new Date(atMs).getUTCFullYear()}-${String(Math.floor(draw('filing') * 100_000)).padStart(5, '0')}`
  const [who, other] = [oneOf(NAMES, draw('who')), oneOf(NAMES, draw('other'))]
  if (type.startsWith('lease.')) {
    const days = 365 * (1 + Math.floor(draw('years') * 5))
    return {
      filing,
      tenant: who,
      use: oneOf(SCOPES, draw('use')),
      validFrom: day(atMs),
      validTo: day(atMs + days * DAY_MS),
    }
  }
  if (type === 'scope.changed')
    return { filing, business: who, before: oneOf(SCOPES, draw('before')), after: oneOf(SCOPES, draw('after')) }
  if (type === 'account.changed')
    return { filing, utility: oneOf(['electricity', 'water', 'gas'], draw('utility')), before: other, after: who }
  if (type === 'owner.changed') return { filing, before: other, after: who }
  const kind = oneOf(['内部装修', '屋面翻修', '白蚁防治', '木构件更换'], draw('kind'))
  return {
    filing,
    kind,
    contractor: '文津古建工程队',
    validFrom: day(atMs),
    validTo: day(atMs + (20 + Math.floor(draw('days') * 70)) * DAY_MS),
  }
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

function oneOf<T>(all: readonly T[], drawn: number): T {
  return all[Math.floor(drawn * all.length)]!
}
