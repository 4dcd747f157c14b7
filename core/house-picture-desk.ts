import type { HousePicture } from './building.ts'

/** Pictures in the files of houses. */
export interface HousePictureDesk {
  /**
   * Keeps a picture with a house; the same one again replaces what was said of it. Resolves once it is durable. Throws `not_found`,
   * `bad_request` for what is no picture and for a visit that there is not, `too_many_requests`, `overloaded`.
   */
  add(told: ToldPicture, bytes: Buffer, by: string): Promise<HousePicture>
  /** Takes it out of the file. Throws `not_found`. */
  remove(building: string, sha256: string, by: string): Promise<void>
  /** As JPEG, upright, without anything else that the file says. Throws `not_found`, `overloaded`. */
  show(building: string, sha256: string, longestPx: number): Promise<Buffer>
}

/** What somebody says of a picture. */
export type ToldPicture = Pick<HousePicture, 'building' | 'kind' | 'caption' | 'takenOn' | 'visit'>
