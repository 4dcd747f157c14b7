/**
 * Makes the dispatch client a package: `npm run pack:client [FOLDER]` compiles it with its types, leaves out what it does not
 * need, and runs `npm pack`. Prints the path of the tarball.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'core/dispatch-client')
const built = join(root, 'dist/client')
const [folder = built] = process.argv.slice(2)

rmSync(built, { recursive: true, force: true })
execFileSync(process.execPath, [typescript(), '-p', join(source, 'tsconfig.json')], { stdio: ['ignore', 2, 2] })
const lib = join(built, 'lib')
const entry = join(lib, 'dispatch-client/index')
const needed = new Set([...reachable(`${entry}.js`), ...reachable(`${entry}.d.ts`)])
for (const path of filesIn(lib)) if (!needed.has(path)) rmSync(path)
for (const file of ['package.json', 'README.md']) cpSync(join(source, file), join(built, file))
cpSync(join(root, 'LICENSE'), join(built, 'LICENSE'))
mkdirSync(folder, { recursive: true })
const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', resolve(folder)], { cwd: built })
process.stdout.write(`${join(resolve(folder), packed.toString().trim())}\n`)

function typescript() {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
}

/** The file and all that it imports, of its kind (code or types). */
function reachable(path, seen = new Set()) {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const [, specifier] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
    const target = join(dirname(path), specifier)
    reachable(path.endsWith('.d.ts') ? target.replace(/\.(js|ts)$/, '.d.ts') : target, seen)
  }
  return seen
}

function filesIn(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name))
}
