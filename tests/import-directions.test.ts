import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assetPath } from '../core/source-path.ts'

const ROOT = assetPath('.')
const ROOMS = ['core', 'ingest', 'detectors', 'alerts', 'storage', 'simulators', 'dashboards', 'app'] as const
type Room = (typeof ROOMS)[number]

/** Who may import whom. Siblings meet through values from `core`; only `app` knows them all. */
const MAY_IMPORT: Record<Room, Room[]> = {
  core: [],
  ingest: ['core'],
  detectors: ['core'],
  alerts: ['core'],
  storage: ['core'],
  simulators: ['core'],
  dashboards: ['core'],
  app: [...ROOMS],
}

/** Each outside library has its rooms, so that replacing one is a change in one place. */
const HOME_OF: Record<string, string[]> = {
  aedes: ['ingest'],
  mqtt: ['ingest', 'simulators', 'alerts/outputs'],
  standardwebhooks: ['alerts/outputs'],
  nodemailer: ['alerts/outputs'],
  'fast-xml-builder': ['alerts/outputs', 'simulators/conformance', 'simulators/scoring'],
  'node-forge': ['simulators/conformance'],
  'onnxruntime-node': ['detectors/vision'],
  'fft.js': ['detectors/vision/block', 'detectors/vibration'],
  sharp: ['ingest', 'detectors/vision', 'simulators'],
  s3mini: ['ingest/media'],
  pg: ['storage/database'],
  '@electric-sql/pglite': ['storage/database'],
  fastify: ['dashboards/api', 'alerts/dispatch', 'app'],
  react: ['dashboards/web'],
  gcoord: ['dashboards'],
  ol: ['dashboards/web'],
  uplot: ['dashboards/web'],
  'prom-client': ['dashboards/api'],
  'csv-parse': ['ingest'],
  commander: ['app'],
  pbf: ['detectors/vision'],
  '@marcbachmann/cel-js': ['detectors/rules/parts/expression'],
  'temporal-polyfill': ['detectors/rules'],
  pino: ['app'],
  fflate: ['app/evidence-bundle'],
  canonicalize: ['core'],
}

const LONGEST_FILE = 400

interface SourceFile {
  path: string
  room: Room
  text: string
  imports: string[]
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

const FILES: SourceFile[] = ROOMS.flatMap((room) =>
  sourceFiles(join(ROOT, room)).map((path) => {
    const text = readFileSync(path, 'utf8')
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] as string)
    return { path: relative(ROOT, path), room, text, imports }
  }),
)

function roomOf(file: SourceFile, specifier: string): Room {
  return relative(ROOT, resolve(ROOT, dirname(file.path), specifier)).split('/')[0] as Room
}

/** Files that it cannot be read without; what it loads later is none of them. */
function importsOf({ path, text }: SourceFile): string[] {
  const specifiers = [...text.matchAll(/ from '(\.[^']+)'/g)].map((match) => match[1] as string)
  return specifiers.map((specifier) => relative(ROOT, resolve(ROOT, dirname(path), specifier)))
}

describe('the house', () => {
  it('lets a room import only what the design allows', () => {
    const crossings = FILES.flatMap((file) =>
      file.imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => ({ from: file.path, room: file.room, to: roomOf(file, specifier) }))
        .filter(({ room, to }) => to !== room && !MAY_IMPORT[room].includes(to)),
    )
    expect(crossings).toEqual([])
  })

  it('has no files that import each other in a circle', () => {
    let left = new Map(FILES.map((file) => [file.path, importsOf(file)]))
    for (let size = Number.POSITIVE_INFINITY; left.size < size; ) {
      size = left.size
      const imported = new Set([...left.values()].flat())
      // Who imports nothing that is left, or is imported by nobody that is left, is in no circle.
      left = new Map([...left].filter(([path, paths]) => imported.has(path) && paths.some((one) => left.has(one))))
    }
    expect([...left.keys()]).toEqual([])
  })

  it('keeps every outside library at home', () => {
    const strays = FILES.flatMap((file) =>
      file.imports
        .map((specifier) => ({ file: file.path, library: libraryOf(specifier) }))
        .filter(({ file: path, library }) => {
          const homes = HOME_OF[library]
          return homes !== undefined && !homes.some((home) => path.startsWith(home))
        }),
    )
    expect(strays).toEqual([])
  })

  it('keeps the vocabulary free of I/O and of the clock', () => {
    const offenders = FILES.filter(
      ({ path, room, text, imports }) =>
        room === 'core' &&
        path !== 'core/clock.ts' &&
        (imports.some((specifier) => /^node:(fs|net|http|child_process|worker_threads)/.test(specifier)) ||
          /Date\.now\(|Math\.random\(/.test(text)),
    ).map(({ path }) => path)
    expect(offenders).toEqual([])
  })

  it('gives rules and the life of an alert the time instead of letting them ask', () => {
    const offenders = FILES.filter(
      ({ path, text }) =>
        (path.startsWith('detectors/rules/') || /^alerts\/(noise\/)?[^/]+$/.test(path)) &&
        /Date\.now\(|Math\.random\(|new Date\(\)/.test(text),
    ).map(({ path }) => path)
    expect(offenders).toEqual([])
  })

  it(`keeps files under ${LONGEST_FILE} lines and free of \`any\``, () => {
    const long = FILES.filter(({ text }) => text.split('\n').length > LONGEST_FILE).map(({ path }) => path)
    const loose = FILES.filter(({ text }) => /\bas any\b|: any\b|<any>/.test(text)).map(({ path }) => path)
    expect({ long, loose }).toEqual({ long: [], loose: [] })
  })
})

function libraryOf(specifier: string): string {
  const [first, second] = specifier.split('/')
  return specifier.startsWith('@') ? `${first}/${second}` : (first as string)
}
