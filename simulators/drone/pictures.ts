import { readFileSync } from 'node:fs'
import type { Category } from '../../core/category.ts'
import { assetPath } from '../../core/source-path.ts'

interface Sight {
  label: string
  category: Category
}
const BOAT: Sight = { label: 'boat', category: 'river' }
const PERSON: Sight = { label: 'person', category: 'safety' }

/** What is to be seen in each shipped picture and the shipped model finds with a margin (see `frames/CREDITS.md`). */
export const PICTURES: Record<string, readonly Sight[]> = {
  'river-quiet.jpg': [],
  'bank-quiet-1.jpg': [],
  'bank-quiet-2.jpg': [],
  'pond-quiet-1.jpg': [],
  'pond-quiet-2.jpg': [],
  'river-boat.jpg': [BOAT],
  'river-debris.jpg': [BOAT, { label: 'debris', category: 'river' }],
  'river-algae.jpg': [BOAT, { label: 'algae', category: 'river' }],
  'pond-dummy-cone.jpg': [PERSON, { label: 'debris', category: 'river' }],
  'pond-plume.jpg': [PERSON, { label: 'plume', category: 'river' }],
}

/** Pictures of water and nothing else. */
export const QUIET_PICTURES = Object.keys(PICTURES).filter((name) => PICTURES[name]!.length === 0)

/** The shipped JPEG as it lies in `simulators/frames`. */
export function loadPicture(name: string): Buffer {
  return readFileSync(assetPath(`simulators/frames/${name}`))
}
