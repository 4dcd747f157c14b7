import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { type GraphMetadata, labelsOf, readMetadata } from './graph-metadata.ts'
import { Manifest, type ModelEntry } from './manifest.ts'

/** A manifest's entry whose file is there and is the one that was meant. */
export interface LoadedModel extends ModelEntry {
  /** Absolute path of the .onnx file. */
  path: string
  /** In the order of the model's numbers, from the manifest or the file's own metadata. */
  classes: string[]
  /** Least score of every class. */
  thresholds: Record<string, number>
  metadata: GraphMetadata
  /** The file as it was when its SHA-256 was checked: a thread opened later sees the same. Shared between threads. */
  bytes?: Uint8Array
}

/** The models of a manifest that look at frames. */
export interface LoadedModels {
  active: LoadedModel
  shadow: LoadedModel | null
}

/**
 * Reads a manifest and checks the files of its active model and its shadow against the stated SHA-256. Throws
 * `model_invalid` with all faults at once for a bad manifest, and for a file that is missing or another one. The graphs
 * themselves are checked when they are opened.
 */
export async function loadModels(manifestPath: string): Promise<LoadedModels> {
  const { active, shadow, folder } = await readRoles(manifestPath)
  return { active: await loadEntry(active, folder), shadow: shadow ? await loadEntry(shadow, folder) : null }
}

/** The active model alone. */
export async function loadModel(manifestPath: string): Promise<LoadedModel> {
  const { active, folder } = await readRoles(manifestPath)
  return loadEntry(active, folder)
}

async function readRoles(manifestPath: string) {
  const { models } = parseManifest(await readManifest(manifestPath), manifestPath)
  return {
    active: models.find((model) => model.active)!,
    shadow: models.find((model) => model.shadow),
    folder: path.dirname(manifestPath),
  }
}

/** One entry of a manifest with its file. Throws `model_invalid`. */
export async function loadEntry(entry: ModelEntry, folder: string): Promise<LoadedModel> {
  const file = path.resolve(folder, entry.file)
  const read = await checkedFile(entry, file)
  const bytes = new Uint8Array(new SharedArrayBuffer(read.length))
  bytes.set(read)
  const metadata = readMetadata(read)
  const classes = classesOf(entry, metadata)
  return { ...entry, path: file, classes, thresholds: thresholdsOf(entry, classes), metadata, bytes }
}

/** Whether two models are one: same file, same settings. */
export function isSameModel({ bytes: _, ...a }: LoadedModel, { bytes: __, ...b }: LoadedModel): boolean {
  return isDeepStrictEqual({ ...a, active: true, shadow: false }, { ...b, active: true, shadow: false })
}

function classesOf(entry: ModelEntry, metadata: GraphMetadata): string[] {
  const named = labelsOf(metadata)
  const classes = entry.classes ?? named
  const say = (message: string) => new AppError('model_invalid', `model ${entry.id}: ${message}`, { model: entry.id })
  if (!classes) throw say('its file names no classes, so the manifest must list them')
  if (named && named.length !== classes.length)
    throw say(`the manifest lists ${classes.length} classes, its file has ${named.length}: ${named.join(', ')}`)
  return classes
}

function thresholdsOf(entry: ModelEntry, classes: readonly string[]): Record<string, number> {
  const faults = thresholdFaults(entry, classes)
  if (faults.length > 0) throw new AppError('model_invalid', faults.join('; '), { model: entry.id, faults })
  return Object.fromEntries(classes.map((label) => [label, (entry.thresholds?.[label] ?? entry.threshold)!]))
}

function thresholdFaults({ id, thresholds = {}, threshold }: ModelEntry, classes: readonly string[]): string[] {
  const without = threshold === undefined ? classes.filter((label) => thresholds[label] === undefined) : []
  const strange = Object.keys(thresholds).filter((label) => !classes.includes(label))
  return [
    ...without.map((label) => `${id}: class ${label} has no threshold`),
    ...strange.map((label) => `${id}: a threshold for ${label}, which is no class`),
  ]
}

/** Text of a manifest as a value. Throws `model_invalid` naming every fault. */
export function parseManifest(text: string, manifestPath: string): Manifest {
  const value = parseYaml(text, manifestPath)
  const faults = Value.Check(Manifest, value) ? contradictions(value) : schemaFaults(value)
  if (faults.length > 0) {
    throw new AppError('model_invalid', `${manifestPath}: ${faults.join('; ')}`, { manifestPath, faults })
  }
  return value as Manifest
}

function parseYaml(text: string, manifestPath: string): unknown {
  try {
    return parse(text) as unknown
  } catch (cause) {
    throw new AppError('model_invalid', `${manifestPath} is not YAML`, { manifestPath }, { cause })
  }
}

export async function readManifest(manifestPath: string): Promise<string> {
  try {
    return await readFile(manifestPath, 'utf8')
  } catch (cause) {
    throw new AppError('model_invalid', `${manifestPath} cannot be read`, { manifestPath }, { cause })
  }
}

function schemaFaults(value: unknown): string[] {
  return Value.Errors(Manifest, value).map((fault) => `${fault.instancePath || '/'} ${fault.message}`)
}

function contradictions({ models }: Manifest): string[] {
  const faults: string[] = []
  const active = models.filter((model) => model.active).length
  const shadows = models.filter((model) => model.shadow).length
  if (active !== 1) faults.push(`${active} models are active, it must be one`)
  if (shadows > 1) faults.push(`${shadows} models are shadows, it must be one at most`)
  if (new Set(models.map((model) => model.id)).size < models.length) faults.push('two models have one id')
  for (const model of models) {
    if (model.active && model.shadow) faults.push(`${model.id}: cannot be its own shadow`)
    if (model.classes) faults.push(...thresholdFaults(model, model.classes))
  }
  return faults
}

async function checkedFile(entry: ModelEntry, file: string): Promise<Buffer> {
  const details = { model: entry.id, file }
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (cause) {
    throw new AppError('model_invalid', `the file of model ${entry.id} cannot be read: ${file}`, details, { cause })
  }
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found === entry.sha256) return bytes
  throw new AppError('model_invalid', `${file} is not the file of model ${entry.id}: its SHA-256 differs`, {
    ...details,
    expected: entry.sha256,
    found,
  })
}
