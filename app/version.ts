import { readFileSync } from 'node:fs'
import { assetPath } from '../core/source-path.ts'

/** As in package.json. */
export const VERSION: string = (JSON.parse(readFileSync(assetPath('package.json'), 'utf8')) as { version: string })
  .version
