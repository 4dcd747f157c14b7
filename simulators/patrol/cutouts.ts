import sharp from 'sharp'
import { assetPath } from '../../core/source-path.ts'
import { type Sprite, toSprite } from './sprite.ts'

/** Cut out of real pictures; `CREDITS.md` beside them says which. */
export const CUTOUTS = {
  boat: ['boat-tour', 'boat-tour-2', 'boat-dark', 'boat-dark-2'],
  person: ['swimmer-1', 'swimmer-2', 'dummy-1', 'dummy-2', 'dummy-3'],
  debris: [
    ...['paper-yellow', 'bag-blue', 'bag-paper', 'wrap-yellow', 'foam-white', 'bag-plastic', 'wrap-white', 'foil'],
    ...['bag-pink', 'boxes', 'foam-box', 'bag-crisps', 'float-pink'],
  ],
} as const satisfies Record<string, readonly string[]>

/** All of them by name. */
export async function loadCutouts(): Promise<ReadonlyMap<string, Sprite>> {
  const names = Object.values(CUTOUTS).flat()
  return new Map(await Promise.all(names.map(async (name) => [name, await loadCutout(name)] as const)))
}

async function loadCutout(name: string): Promise<Sprite> {
  const file = assetPath(`simulators/patrol/cutouts/${name}.png`)
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return toSprite(new Uint8Array(data), info.width, info.height)
}
