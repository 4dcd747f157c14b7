import { isDeepStrictEqual } from 'node:util'
import type { HousePicture } from '../core/building.ts'
import { AppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { HousePictureDesk, ToldPicture } from '../core/house-picture-desk.ts'
import type { Measurement } from '../core/measurement.ts'
import type { HouseBook } from '../detectors/houses/house-book.ts'
import { createGate } from '../ingest/gate.ts'
import { examineStill, showStill } from '../ingest/still-picture.ts'
import { createByteCache } from './byte-cache.ts'
import type { Judging } from './judging.ts'

const MAX_PICTURES = 200
const CACHE_BYTES = 32 * 1024 * 1024
/** Each holds a whole decoded picture. */
const AT_ONCE = 1
const MAX_WAITING = 32

export interface HousePicturePorts {
  houses: Pick<HouseBook, 'building' | 'picturesOf' | 'visit'>
  judging: Pick<Judging, 'say'>
  evidence: Pick<EvidenceStore, 'put' | 'get'>
}

/** Pictures of houses: bytes in the evidence, words in the ledger. */
export function createHousePictureDesk({
  houses,
  judging,
  evidence,
}: HousePicturePorts): HousePictureDesk & { measurements(): Measurement[] } {
  const cache = createByteCache(CACHE_BYTES)
  const gate = createGate(AT_ONCE, MAX_WAITING, 'too many pictures of houses at once')

  function find(building: string, sha256: string): HousePicture | undefined {
    return houses.picturesOf(building).find((one) => one.sha256 === sha256)
  }

  function known(building: string, sha256: string): HousePicture {
    const picture = find(building, sha256)
    if (picture === undefined) throw new AppError('not_found', 'no such picture of this house', { building, sha256 })
    return picture
  }

  function check({ building, visit }: ToldPicture): void {
    if (houses.building(building) === null) throw new AppError('not_found', 'no such building', { building })
    if (visit !== undefined && houses.visit(building, visit) === null)
      throw new AppError('bad_request', 'there was no such visit', { key: 'visit', visit })
  }

  return {
    async add(told, bytes, by) {
      check(told)
      const size = await gate.run(() => examineStill(bytes))
      const sha256 = await evidence.put(bytes)
      const before = find(told.building, sha256)
      const { by: _by, atMs: _atMs, ...said } = before ?? { by, atMs: 0 }
      const facts = { ...told, sha256, ...size, bytes: bytes.length }
      if (before !== undefined && isDeepStrictEqual(said, facts)) return before
      await judging.say(({ nowMs, afterSeq }) => {
        if (find(told.building, sha256) === undefined && houses.picturesOf(told.building).length >= MAX_PICTURES)
          throw new AppError('too_many_requests', `a house may have ${MAX_PICTURES} pictures`, {
            building: told.building,
          })
        return { type: 'building.pictured', atMs: nowMs, by, picture: { ...facts, by, atMs: nowMs }, afterSeq }
      })
      return known(told.building, sha256)
    },
    async remove(buildingId, sha256, by) {
      known(buildingId, sha256)
      await judging.say(({ nowMs, afterSeq }) => ({
        type: 'building.picture_removed',
        ...{ atMs: nowMs, by, buildingId, sha256, afterSeq },
      }))
    },
    async show(building, sha256, longestPx) {
      known(building, sha256)
      return cache.get(`${sha256} ${longestPx}`, () =>
        gate.run(async () => {
          const bytes = await evidence.get(sha256)
          if (bytes === null) throw new AppError('not_found', 'the picture is no longer stored', { sha256 })
          return showStill(bytes, longestPx)
        }),
      )
    },
    measurements: () => [
      {
        kind: 'counter',
        name: 'huying_house_pictures_refused_total',
        help: 'Pictures of houses that found no room to wait.',
        value: gate.refused,
      },
    ],
  }
}
