import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { parse } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { assetPath } from '../../core/source-path.ts'
import { checkShape, isPlainObject } from '../rules/files/check-shape.ts'
import type { ClassBook, ClassSettings } from './settings.ts'

const SCORE = Type.Number({ minimum: 0, maximum: 1, description: 'a number from 0 to 1' })
const LENGTH = Type.Number({ minimum: 0, maximum: 10_000, description: 'a number from 0 to 10000' })
const COUNT = Type.Integer({ minimum: 1, maximum: 100, description: 'a whole number from 1 to 100' })
const FACTOR = Type.Number({ exclusiveMinimum: 1, maximum: 1000, description: 'a number above 1' })

/** What a file may say of a class; keys that are left out are those of the file below, then of `*`. */
const CLASS = Type.Object(
  Object.fromEntries(
    Object.entries({
      ...{ minScore: SCORE, strongScore: SCORE, sureScore: SCORE, medianScore: SCORE, hits: COUNT },
      ...{ minSizeM: LENGTH, maxSizeM: LENGTH, allowanceM: LENGTH, speedMS: LENGTH, maxDriftM: LENGTH },
      ...{ betweenFlightsM: LENGTH, goneAfterS: Type.Number({ minimum: 1, description: 'a number of seconds' }) },
      ...{ grownBy: FACTOR, maxGsdCm: LENGTH, minSharpness: LENGTH, goneLooks: COUNT },
    }).map(([key, schema]) => [key, Type.Optional(schema)]),
  ),
  { additionalProperties: false },
)
const FILE = Type.Object(
  { classes: Type.Record(Type.String(), CLASS, { description: 'a map of labels' }) },
  { additionalProperties: false },
)
type Said = Record<string, Partial<ClassSettings>>

/** The classes that come with huying, and over them those of a file of one's own. Throws `config_invalid` with every fault. */
export function loadClasses(ownFile = ''): ClassBook {
  const shipped = read(assetPath('detectors/patrol/shipped/classes.yaml'))
  const own = ownFile === '' ? {} : read(ownFile)
  return mergeClasses(shipped, own)
}

/** Later words stand over earlier ones, key by key; what no word says of a label, `*` says. */
export function mergeClasses(...said: Said[]): ClassBook {
  const labels = new Set(['*', ...said.flatMap((one) => Object.keys(one))])
  const all = Object.assign({}, ...said.map((one) => one['*'])) as ClassSettings
  const merged = [...labels].map((label) => {
    const words: object[] = said.flatMap((one) => one[label] ?? [])
    return [label, Object.assign({}, all, ...words) as ClassSettings]
  })
  return Object.fromEntries(merged) as ClassBook
}

/** Checks one file's text. Throws `config_invalid`. */
export function parseClasses(text: string, path: string): Said {
  const fail = (message: string, cause?: unknown) =>
    new AppError('config_invalid', `${path}: ${message}`, { path }, { cause })
  let content: unknown
  try {
    content = parse(text)
  } catch (cause) {
    throw fail('is not YAML', cause)
  }
  const misfits = checkShape(FILE, content)
  if (misfits.length > 0 || !isPlainObject(content))
    throw fail(misfits.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; '))
  return content.classes as Said
}

function read(path: string): Said {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('config_invalid', `${path} cannot be read`, { path }, { cause })
  }
  return parseClasses(text, path)
}
