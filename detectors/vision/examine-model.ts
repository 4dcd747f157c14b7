import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../core/errors.ts'
import { type AnalysePicture, createAnalysePicture } from './analyse-picture.ts'
import type { AnalysedPicture } from './analysis-result.ts'
import type { FamilyName } from './families/families.ts'
import { forbidTelemetry } from './forbid-telemetry.ts'
import { labelsOf, readMetadata } from './graph-metadata.ts'
import type { Size } from './letterbox.ts'
import { type LoadedModel, loadEntry, parseManifest, readManifest } from './load-model.ts'
import type { ModelEntry } from './manifest.ts'
import { type Network, openNetwork } from './network.ts'
import { openGraph } from './open-graph.ts'
import { recognise } from './recognise.ts'

/** What a person tells of a model file that no manifest knows; everything may be left out. */
export interface ToldOfFile {
  family?: FamilyName | undefined
  classes?: string[] | undefined
  /** Least score of every class. */
  threshold: number
  /** Where the graph leaves its size open. */
  size?: Size | undefined
}

/** A model file, what it was found to be, and what it sees. */
export interface Examined {
  model: LoadedModel
  network: Network
  /** Whether a manifest knows it: then that says how to use it. */
  isKnown: boolean
  close(): Promise<void>
}

/** Where neither the graph nor its metadata tells a size. */
const DEFAULT_SIDE_PX = 640
/** Names for the numbers of a graph that does not tell how many classes it has: COCO's go up to 90. */
const PLACEHOLDERS = 91
const MAX_PIXELS = 100_000_000
const TIMED_RUNS = 5

/**
 * Opens a model file, by the entry of the manifest whose SHA-256 it has, or by what it says itself and what is told.
 * Throws `model_invalid` that names the tensor. The caller closes what it gets.
 */
export async function examineModel(file: string, told: ToldOfFile, manifestPath?: string): Promise<Examined> {
  forbidTelemetry()
  const bytes = await readModelFile(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const entry = manifestPath === undefined ? undefined : await entryOf(sha256, manifestPath)
  const model = entry
    ? await loadEntry({ ...entry, file: path.resolve(file) }, '/')
    : await guess(path.resolve(file), bytes, sha256, told)
  const network = await openNetwork(model)
  return { model, network, isKnown: entry !== undefined, close: network.close }
}

async function readModelFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new AppError('model_invalid', `${file} cannot be read`, { file }, { cause })
  }
}

async function entryOf(sha256: string, manifestPath: string): Promise<ModelEntry | undefined> {
  const { models } = parseManifest(await readManifest(manifestPath), manifestPath)
  return models.find((model) => model.sha256 === sha256)
}

/** A model with what can be found out and what must be put in its place. */
async function guess(file: string, bytes: Buffer, sha256: string, told: ToldOfFile): Promise<LoadedModel> {
  const id = idOf(file)
  const metadata = readMetadata(bytes)
  const named = told.classes ?? labelsOf(metadata)
  const input = told.size ?? { width: DEFAULT_SIDE_PX, height: DEFAULT_SIDE_PX }
  const graph = await openGraph({ id, path: file, bytes, family: told.family, metadata, fallback: input })
  await graph.close()
  const { size, free } = graph.picture
  const { family, classes: count } = recognise(graph.trial, size, {
    ...{ id, metadata, family: told.family },
    classes: named?.length,
  })
  const classes = named ?? Array.from({ length: count ?? PLACEHOLDERS }, (_, number) => `class ${number}`)
  const thresholds = Object.fromEntries(classes.map((label) => [label, told.threshold]))
  const settings = { family, classes, thresholds, nmsIou: 0.5, ...(free && { input: size }) }
  const source = { licence: 'unknown', origin: 'unknown' }
  return { id, file: path.basename(file), path: file, sha256, ...settings, ...source, metadata, bytes }
}

function idOf(file: string): string {
  const name = path.basename(file, path.extname(file)).replace(/[^A-Za-z0-9._-]/g, '-')
  return /^[A-Za-z0-9]/.test(name) ? name.slice(0, 64) : `model-${name}`.slice(0, 64)
}

/** Milliseconds of one run of the network (the middle one of five), and of the whole way of the picture. */
export interface Seen {
  picture: AnalysedPicture
  runMs: number
  pictureMs: number
}

/** Looks at a picture and takes the time. Throws `bad_request` with the reason for a picture that cannot be analysed. */
export async function seePicture({ network, model }: Examined, jpegPath: string): Promise<Seen> {
  const analyse = createAnalysePicture({ network, model, maxPixels: MAX_PIXELS })
  const picture = await analysed(analyse, jpegPath)
  const pictureMs = await timed(() => analysed(analyse, jpegPath))
  const { width, height } = network.layout.size
  const grey = new Uint8Array(3 * width * height).fill(network.layout.padding)
  const runs: number[] = []
  for (let run = 0; run < TIMED_RUNS; run++) runs.push(await timed(() => network.detect(grey)))
  runs.sort((a, b) => a - b)
  return { picture, runMs: runs[Math.floor(TIMED_RUNS / 2)]!, pictureMs }
}

async function analysed(analyse: AnalysePicture, jpegPath: string): Promise<AnalysedPicture> {
  const result = await analyse(jpegPath, {})
  if (result.state === 'analysed') return result
  throw new AppError('bad_request', `${jpegPath} cannot be analysed: ${result.reason}`, { reason: result.reason })
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await act()
  return Math.round((performance.now() - startMs) * 10) / 10
}
