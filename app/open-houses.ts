import type { HouseDesk } from '../core/house-desk.ts'
import type { HousePictureDesk } from '../core/house-picture-desk.ts'
import { createHouseDesk } from './house-desk.ts'
import { createHousePictureDesk } from './house-picture-desk.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { Storage } from './open-storage.ts'
import type { UnlessFull } from './unless-full.ts'

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
    addVisit: (...said) => unlessFull(() => desk.addVisit(...said)),
  }
}

export function openHousePictures({ evidence }: Storage, { houses, judging }: JudgingRoom, unlessFull: UnlessFull) {
  const desk = createHousePictureDesk({ houses, judging, evidence })
  const add: HousePictureDesk['add'] = (...said) => unlessFull(() => desk.add(...said))
  const remove: HousePictureDesk['remove'] = (...said) => unlessFull(() => desk.remove(...said))
  return { ...desk, add, remove }
}
