import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { Manifest, type ModelEntry } from './manifest.ts'

/** A manifest's entry whose file is there and is the one that was meant. */
export interface LoadedModel extends ModelEntry {
  /** Absolute path of the .onnx file. */
  path: string
}

/**
 * Reads a manifest and checks its active model's file against the stated SHA-256. Throws `model_invalid` with all
 * faults at once for a bad manifest, and for a file that is missing or another one. The graph itself is checked when
 * it is opened.
 */
export async function loadModel(manifestPath: string): Promise<LoadedModel> {
  const manifest = parseManifest(await readManifest(manifestPath), manifestPath)
  const entry = manifest.models.find((model) => model.active)!
  const file = path.resolve(path.dirname(manifestPath), entry.file)
  await checkFile(entry, file)
  return { ...entry, path: file }
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

async function readManifest(manifestPath: string): Promise<string> {
  try {
    return await readFile(manifestPath, 'utf8')
  } catch (cause) {
    throw new AppError('model_invalid', `${manifestPath} cannot be read`, { manifestPath }, { cause })
  }
}

function schemaFaults(value: unknown): string[] {
  return Value.Errors(Manifest, value).map((fault) => `${fault.instancePath || '/'} ${fault.message}`)
}

function contradictions(manifest: Manifest): string[] {
  const active = manifest.models.filter((model) => model.active).length
  const faults = active === 1 ? [] : [`${active} models are active, it must be one`]
  const ids = manifest.models.map((model) => model.id)
  if (new Set(ids).size < ids.length) faults.push('two models have one id')
  for (const model of manifest.models) {
    for (const label of model.classes) {
      if (model.thresholds[label] === undefined) faults.push(`${model.id}: class ${label} has no threshold`)
    }
    for (const label of Object.keys(model.thresholds)) {
      if (!model.classes.includes(label)) faults.push(`${model.id}: a threshold for ${label}, which is no class`)
    }
  }
  return faults
}

async function checkFile(entry: ModelEntry, file: string): Promise<void> {
  const details = { model: entry.id, file }
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (cause) {
    throw new AppError('model_invalid', `the file of model ${entry.id} cannot be read: ${file}`, details, { cause })
  }
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found === entry.sha256) return
  throw new AppError('model_invalid', `${file} is not the file of model ${entry.id}: its SHA-256 differs`, {
    ...details,
    expected: entry.sha256,
    found,
  })
}
