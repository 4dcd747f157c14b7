/** Which house of a road: numbers as texts, since they carry letters (`12甲`, `7A`). */
export interface HouseNumber {
  /** Number of the lane 弄 off the road. */
  lane?: string
  /** 支弄: a lane off that lane. */
  subLane?: string
  /** 号 */
  number?: string
  /** 之一, 附1号: a house that took part of the number. */
  sub?: string
  /** 幢, 栋, 号楼: one building of several under the number. */
  block?: string
}

/** Where inside the house. It never decides which house. */
export interface Inside {
  unit?: string
  floor?: string
  room?: string
}

/** Why a confidence is what it is. A closed list: pages have words for each. */
export type AddressReason =
  /** The spelling stands in the register as it is. */
  | 'spelling_known'
  /** A person said once what this spelling means. */
  | 'told'
  /** The record names the building. */
  | 'building_named'
  | 'road_alias'
  /** The road differs by characters that are taken for one another. */
  | 'road_misspelt'
  /** Another character, one too many or one too few. */
  | 'road_similar'
  /** 街, 路, 巷 is missing or another one. */
  | 'road_type'
  | 'road_missing'
  /** Words before the road that name no place of the register. */
  | 'unknown_prefix'
  /** Another city, district or sub-district. */
  | 'other_place'
  /** 旁, 对面, 附近 … */
  | 'beside'
  /** Words behind the number. */
  | 'rest'
  /** 12-3号 says more than one thing. */
  | 'dash'
  | 'marker_missing'
  | 'old_number'
  | 'several_numbers'
  /** The register knows the number, not this part of it; or only parts of it. */
  | 'part_unknown'
  | 'part_unsaid'
  /** The road is known, the number is not; this one stands nearest. */
  | 'number_unknown'
  | 'number_missing'
  /** The record's position lies far from the house. */
  | 'far_away'
  /** The record's position is that of the house, lies in its outline, or near outline or position. */
  | 'same_point'
  | 'inside_outline'
  | 'near_outline'
  | 'near_point'

export interface HouseReading {
  house: HouseNumber
  inside: Inside
  /** How plainly the text says so, 0 to 1. */
  weight: number
  reasons: AddressReason[]
}
