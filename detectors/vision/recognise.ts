import { AppError } from '../../core/errors.ts'
import { FAMILIES, type FamilyName } from './families/families.ts'
import type { Reading } from './families/family.ts'
import { type GraphMetadata, isUltralytics } from './graph-metadata.ts'
import type { Size } from './letterbox.ts'
import { misfit } from './misfit.ts'
import { describeTensor, type TensorValue } from './tensor.ts'

/** One way in which a graph's outputs can be read. */
export interface Recognised extends Reading {
  family: FamilyName
}

/** What is known of a model beside its graph. */
export interface Told {
  id: string
  family?: FamilyName | undefined
  /** How many classes, where the manifest or the file's metadata tells. */
  classes?: number | undefined
  decoded?: boolean | undefined
  metadata: GraphMetadata
}

/**
 * The one family that the outputs of a trial run belong to. Throws `model_invalid`: for a graph that belongs to none,
 * with the shapes found and those expected; for one that can be read in several ways, with what the manifest must tell.
 */
export function recognise(outputs: readonly TensorValue[], input: Size, told: Told): Recognised {
  const { classes, family } = told
  const ways = waysOf(outputs, input, told)
  const [only] = ways
  if (only && ways.length === 1) return only
  if (family !== undefined && classes !== undefined) return only ?? { family, classes }
  if (!only) throw nothingKnown(outputs, told)
  throw ambiguous(ways, told, outputs)
}

function waysOf(outputs: readonly TensorValue[], input: Size, told: Told): Recognised[] {
  const names = told.family ? [told.family] : (Object.keys(FAMILIES) as FamilyName[])
  const ways = names.flatMap((family) =>
    FAMILIES[family].readings(outputs, input).map((reading): Recognised => ({ family, ...reading })),
  )
  const fitting = ways.filter(({ classes }) => told.classes === undefined || (classes ?? told.classes) === told.classes)
  return withoutStrangers(fitting, told)
}

/** Only YOLOX exports decoded boxes without saying by whom: what Ultralytics signs is none of it. */
function withoutStrangers(ways: Recognised[], told: Told): Recognised[] {
  if (told.family !== undefined || !isUltralytics(told.metadata)) return ways
  return ways.filter(({ family }) => family !== 'yolox' && family !== 'compact' && family !== 'nanodet')
}

function nothingKnown(outputs: readonly TensorValue[], told: Told): AppError {
  if (told.family) return misfit(told, 'outputs', FAMILIES[told.family].expects, outputs)
  const families = Object.entries(FAMILIES).map(([name, { expects }]) => `${name}: ${expects}`)
  const classes = told.classes === undefined ? '' : ` with ${told.classes} classes`
  return misfit(told, 'outputs', `one of these${classes} (${families.join('; ')})`, outputs)
}

function ambiguous(ways: Recognised[], told: Told, outputs: readonly TensorValue[]): AppError {
  const options = ways.map(({ family, classes, form }) => {
    const count = classes === null ? '' : `, ${classes} ${classes === 1 ? 'class' : 'classes'}`
    return `family: ${family}${form === undefined ? '' : ` (${form})`}${count}`
  })
  const shapes = outputs.map(describeTensor).join('; ')
  return new AppError(
    'model_invalid',
    `model ${told.id} can be read in ${ways.length} ways, so the manifest must tell family and classes: ${options.join(' | ')}; found ${shapes}`,
    { model: told.id, ways, found: shapes },
  )
}
