import type { Clock } from '../core/clock.ts'
import type { HouseDesk } from '../core/house-desk.ts'
import type { HousePictureDesk } from '../core/house-picture-desk.ts'
import type { HouseWatch } from '../core/house-watch.ts'
import type { TrendDesk } from '../core/trend-desk.ts'
import { loadAreas } from './areas.ts'
import type { Closers } from './closers.ts'
import { type Config, mapFileOf } from './config-schema.ts'
import { createHouseDesk } from './house-desk.ts'
import { createHousePictureDesk } from './house-picture-desk.ts'
import { createHouseWatch } from './house-watch.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { Storage } from './open-storage.ts'
import { createTrendDesk } from './trend-desk.ts'
import { createTrendRound } from './trend-round.ts'
import type { UnlessFull } from './unless-full.ts'

/** Trends of devices, and which house to look at first. For that trends are worked out in a tenth of the time at most, so that judging does not wait for them. */
export function openHouseWatch(
  { config, clock }: { config: Config; clock: Clock },
  { history }: Storage,
  room: JudgingRoom,
  closers: Closers,
): { trends: TrendDesk; houseWatch: HouseWatch } {
  const { get: device, all: devices } = room.devices
  const trends = createTrendDesk({ history, device, devices, clock })
  const areaOf = loadAreas(mapFileOf(config))
  const rest = (workedMs: number) =>
    new Promise<void>((done) => setTimeout(done, Math.min(LONGEST_REST_MS, RESTS * workedMs)).unref())
  const round = createTrendRound({ trends, clock, rest })
  closers.add(round.stop)
  const houseWatch = createHouseWatch({
    ...{ houses: room.houses, works: room.works, history, clock, trends: round, devices },
    silenceOf: room.rules.engine.silenceOf,
    lastSeenMs: (id) => room.board.presence(id)?.lastSeenMs,
    openAlerts: room.book.open,
    rules: room.rules.joined,
    communityAt: (position, address) => areaOf({ position, place: address })?.community,
  })
  return { trends, houseWatch }
}

const RESTS = 9
const LONGEST_REST_MS = 2_000

/** The register of houses over the running service. What must become durable is answered at once when there is no room for it. */
export function openHouseDesk({ history }: Storage, room: JudgingRoom, unlessFull: UnlessFull): HouseDesk {
  const desk = createHouseDesk({
    ...{ houses: room.houses, works: room.works, judging: room.judging, history },
    devices: room.registry.all,
    latest: room.board.latest,
    openAlerts: room.book.open,
  })
  return {
    ...desk,
    setBuilding: (...said) => unlessFull(() => desk.setBuilding(...said)),
    removeBuilding: (...said) => unlessFull(() => desk.removeBuilding(...said)),
    importBuildings: (...said) => unlessFull(() => desk.importBuildings(...said)),
    setAlias: (...said) => unlessFull(() => desk.setAlias(...said)),
    matchRecord: (...said) => unlessFull(() => desk.matchRecord(...said)),
    askVisit: (...said) => unlessFull(() => desk.askVisit(...said)),
    addVisit: (...said) => unlessFull(() => desk.addVisit(...said)),
  }
}

export function openHousePictures({ evidence }: Storage, { houses, judging }: JudgingRoom, unlessFull: UnlessFull) {
  const desk = createHousePictureDesk({ houses, judging, evidence })
  const add: HousePictureDesk['add'] = (...said) => unlessFull(() => desk.add(...said))
  const remove: HousePictureDesk['remove'] = (...said) => unlessFull(() => desk.remove(...said))
  return { ...desk, add, remove }
}
