import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { assetPath } from '../../core/source-path.ts'
import { makeBlocks } from './make-blocks.ts'
import { makeCommittees } from './make-committees.ts'
import { makeQuarter } from './make-quarter.ts'
import { withResidents } from './make-residents.ts'
import { makeRiver } from './make-river.ts'
import { createRiverCourse } from './river-course.ts'

const WORLD_SEED = 20260

/**
 * The text of `wenjin.geojson`, one feature per line so that a change can be read in a diff. Run as a script
 * (`node dist/simulators/world/make-world.js` after a build), it writes the file.
 */
export function makeWorld(): string {
  const course = createRiverCourse()
  const features = withResidents([
    ...makeCommittees(course),
    ...makeQuarter(course, WORLD_SEED),
    ...makeRiver(course),
    ...makeBlocks(course, WORLD_SEED),
  ])
  const lines = features.map((feature) => JSON.stringify(feature))
  return `{"type":"FeatureCollection","name":"文津街道","features":[\n${lines.join(',\n')}\n]}\n`
}

const script = process.argv[1]
if (script !== undefined && import.meta.url === pathToFileURL(script).href)
  writeFileSync(assetPath('simulators/world/wenjin.geojson'), makeWorld())
