import { type AddressCandidate, MAX_CANDIDATES, sureOf } from '../../core/address/address-index.ts'
import { normaliseAddress } from '../../core/address/normalise.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { HouseState } from './house-state.ts'

type Decided = Pick<FiledRecord, 'building' | 'match'>

/** Which building a record is about by the register as it stands: named, told before, by its address, or by its position where it has none. Never a guess. */
export function decideMatch(state: HouseState, record: Omit<FiledRecord, 'building' | 'match'>): Decided {
  const { address, position, facts } = record
  if (facts.building !== undefined && state.buildings.has(facts.building))
    return { building: facts.building, match: { how: 'named' } }
  const told = address === undefined ? undefined : state.told.get(normaliseAddress(address))
  if (told !== undefined) return { building: told.building, match: { ...told.match, spelling: true } }
  const near = position === undefined ? [] : state.places.near(position)
  if (address !== undefined && address !== '') {
    const { building, candidates } = state.index.match(address, position)
    if (building !== null) {
      const { confidence, reasons } = candidates[0]!
      return { building, match: { how: 'address', confidence, reasons } }
    }
    return followed(state, record) ?? unmatched(isHelpful(candidates) ? candidates : [...candidates, ...near])
  }
  const sure = sureOf(near)
  if (sure !== null) {
    const { building, confidence, reasons } = sure
    return { building, match: { how: 'position', confidence, reasons } }
  }
  return followed(state, record) ?? unmatched(near)
}

/** Something of the address is known, and the position does not speak against it. */
function isHelpful(candidates: AddressCandidate[]): boolean {
  return candidates.some(({ confidence, reasons }) => confidence >= 0.5 && !reasons.includes('far_away'))
}

function unmatched(some: AddressCandidate[]): Decided {
  const best = new Map<string, AddressCandidate>()
  for (const one of some) if (one.confidence > (best.get(one.building)?.confidence ?? 0)) best.set(one.building, one)
  const candidates = [...best.values()].sort((a, b) => b.confidence - a.confidence).slice(0, MAX_CANDIDATES)
  return { building: null, match: { how: 'unmatched', candidates } }
}

/** More corrections of corrections than this are a ring. */
const LONGEST_CHAIN = 20

/** A record that puts another one right, or takes it back, and does not say where, is about the same building. */
function followed({ records }: HouseState, record: Pick<FiledRecord, 'source' | 'address' | 'facts'>): Decided | null {
  let at: Pick<FiledRecord, 'address' | 'facts'> = record
  for (let steps = 0; steps < LONGEST_CHAIN && at.address === undefined; steps++) {
    const recordId = at.facts.corrects ?? at.facts.withdraws
    const before = recordId === undefined ? undefined : records.get(record.source, recordId)
    if (recordId === undefined || before === undefined || before.match.how === 'unmatched') return null
    if (before.match.how !== 'follows') return { building: before.building, match: { how: 'follows', recordId } }
    at = before
  }
  return null
}
