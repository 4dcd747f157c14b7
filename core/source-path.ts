import { fileURLToPath } from 'node:url'

/** The project's root, whether this runs as source (tests) or compiled under `dist/`. */
const ROOT = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)

/** Path of a file that ships as it is (YAML, SQL, models, GeoJSON), from the project's root. */
export function assetPath(fromRoot: string): string {
  return fileURLToPath(new URL(fromRoot, ROOT))
}

/** Compiled file of a worker thread or child process, from the project's root, for example `storage/x.js`. */
export function compiledUrl(fromRoot: string): URL {
  return new URL(`dist/${fromRoot}`, ROOT)
}
