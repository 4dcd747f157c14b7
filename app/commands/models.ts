import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { assetPath } from '../../core/source-path.ts'
import type { ModelEntry } from '../../detectors/vision/manifest.ts'
import { explain } from '../exit-codes.ts'
import { type CheckReport, showCheck } from './models-text.ts'
import { configOf } from './service.ts'

const FAMILIES = ['compact', 'end2end', 'nanodet', 'rtdetr', 'yolov5', 'yolov8', 'yolox'] as const

interface CheckOptions {
  image: string
  json?: boolean
  draw?: string
  family?: (typeof FAMILIES)[number]
  classes?: string[]
  threshold: number
  size?: { width: number; height: number }
}

export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('the models that look at frames')
  addListCommand(models, program)
  addCheckCommand(models, program)
}

function manifestOf(program: Command): string {
  return configOf(program).vision.manifest || assetPath('detectors/models/manifest.yaml')
}

function addListCommand(models: Command, program: Command): void {
  models
    .command('list', { isDefault: true })
    .option('--json', 'one JSON array')
    .description('list the models of the manifest, and whether their files are the right ones')
    .action(async ({ json }: { json?: boolean }) => {
      const listed = await list(manifestOf(program))
      if (json) console.log(JSON.stringify(listed))
      else for (const model of listed) console.log(toLine(model))
      if (listed.some(({ role, fault }) => role !== 'unused' && fault !== undefined)) process.exitCode = 1
    })
}

interface Listed {
  id: string
  role: 'active' | 'shadow' | 'unused'
  file: string
  family: string
  classes: string[]
  licence: string
  fault?: string
}

async function list(manifestPath: string): Promise<Listed[]> {
  const { loadEntry, parseManifest, readManifest } = await import('../../detectors/vision/load-model.ts')
  const { models } = parseManifest(await readManifest(manifestPath), manifestPath)
  return Promise.all(
    models.map(async (entry): Promise<Listed> => {
      const { id, file, licence, family = 'recognised when opened' } = entry
      const base = { id, role: roleOf(entry), file, family, licence }
      try {
        return { ...base, classes: (await loadEntry(entry, path.dirname(manifestPath))).classes }
      } catch (error) {
        return { ...base, classes: entry.classes ?? [], fault: explain(error) }
      }
    }),
  )
}

function roleOf({ active, shadow }: ModelEntry): Listed['role'] {
  if (active) return 'active'
  return shadow ? 'shadow' : 'unused'
}

function toLine({ id, role, file, family, classes, fault }: Listed): string {
  return `${role.padEnd(6)}  ${id}  ${file}  ${family}  ${fault ?? classes.join(', ')}`
}

/** `huying models check`: 0 when the model sees the picture, 1 when it, or the picture, cannot be used. */
function addCheckCommand(models: Command, program: Command): void {
  models
    .command('check')
    .argument('<file>', 'ONNX file, in a manifest or not')
    .requiredOption('--image <file>', 'JPEG to look at')
    .option('--json', 'one JSON object')
    .option('--draw <file>', 'write a JPEG with what was detected drawn in, people covered')
    .addOption(new Option('--family <name>', 'layout of the outputs, where it is not recognised').choices(FAMILIES))
    .option('--classes <names>', 'names of the classes in their order, with commas between', labels)
    .option('--threshold <score>', 'least score of a detection, for a file that no manifest knows', score, 0.25)
    .option('--size <WxH>', 'pixels of the input, where the graph leaves them open', size)
    .description('tell what a model file is, and what it sees in a picture')
    .action(async (file: string, options: CheckOptions) => {
      const report = await check(file, options, manifestOf(program))
      console.log(options.json ? JSON.stringify(report) : showCheck(report))
    })
}

async function check(file: string, options: CheckOptions, manifestPath: string): Promise<CheckReport> {
  const { examineModel, seePicture } = await import('../../detectors/vision/examine-model.ts')
  const { image, draw, ...told } = options
  const examined = await examineModel(file, told, manifestPath)
  try {
    const { model, network, isKnown } = examined
    const { picture, runMs, pictureMs } = await seePicture(examined, image)
    if (draw !== undefined && picture.annotated) await writeFile(draw, picture.annotated)
    const { size, colour, range } = network.layout
    return {
      manifestFile: path.relative(path.dirname(manifestPath), path.resolve(file)),
      ...{ file, id: model.id, sha256: model.sha256, isKnown, family: network.family },
      ...network.tensors,
      input: { widthPx: size.width, heightPx: size.height, colour, range },
      ...{ classes: model.classes, thresholds: model.thresholds, runMs, pictureMs },
      picture: { file: image, widthPx: picture.widthPx, heightPx: picture.heightPx },
      detections: picture.detections,
      ...(draw !== undefined && { drawn: picture.annotated ? draw : null }),
    }
  } finally {
    await examined.close()
  }
}

function labels(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('') || new Set(names).size < names.length)
    throw new InvalidArgumentError('expected different names with commas between')
  return names
}

function score(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('expected a number above 0, at most 1')
  return value
}

function size(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? []
  if (!(Number(width) > 0 && Number(height) > 0)) throw new InvalidArgumentError('expected for example 640x384')
  return { width: Number(width), height: Number(height) }
}
