import { readFile } from 'node:fs/promises'
import Type from 'typebox'
import type { Inhibition } from '../alerts/noise/settings.ts'
import { CATEGORIES } from '../core/category.ts'
import { FIELD_NAME } from '../core/device.ts'
import { AppError } from '../core/errors.ts'
import { SEVERITIES } from '../core/severity.ts'
import { assetPath } from '../core/source-path.ts'
import { checkShape, isPlainObject } from '../detectors/rules/files/check-shape.ts'
import { type RuleFile, readRuleDocument } from '../detectors/rules/files/rule-document.ts'
import { formatFaults, type RuleFault } from '../detectors/rules/rule-fault.ts'

const oneOrMore = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Optional(Type.Union([item, Type.Array(item, { minItems: 1 })], { description }))
const GLOBS = oneOrMore(Type.String({ minLength: 1 }), 'a text or a list of texts, with * and ? as wildcards')
const MATCHER = Type.Object(
  {
    rule: GLOBS,
    category: oneOrMore(Type.Enum(Object.keys(CATEGORIES)), `one or more of ${Object.keys(CATEGORIES).join(', ')}`),
    severity: oneOrMore(Type.Enum([...SEVERITIES]), `one or more of ${SEVERITIES.join(', ')}`),
    place: GLOBS,
    device: GLOBS,
    type: GLOBS,
    gateway: GLOBS,
  },
  { additionalProperties: false },
)
/** `severity` changes while an alert lasts, so it cannot be what ties two together. */
const LABEL = Type.String({ pattern: '^(?!severity$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })
const INHIBITION = Type.Object(
  {
    id: Type.String({ pattern: FIELD_NAME.source, description: '1 to 64 letters, digits, ".", "_" or "-"' }),
    source: MATCHER,
    target: MATCHER,
    equal: Type.Array(LABEL, {
      minItems: 1,
      description: 'a list of labels that must be the same, for example [place], other than severity',
    }),
  },
  { additionalProperties: false },
)

/** The inhibitions of a file, or everything wrong with it. */
export function parseInhibitions(file: RuleFile): { inhibitions: Inhibition[] } | { faults: RuleFault[] } {
  const { content, report, faults } = readRuleDocument(file)
  const list: unknown[] = Array.isArray(content?.inhibitions) ? content.inhibitions : []
  if (content && !Array.isArray(content.inhibitions))
    report([], 'value', 'a file of inhibitions is a map with the key inhibitions')
  for (const key of Object.keys(content ?? {}))
    if (key !== 'inhibitions') report([key], 'key', `unknown key ${key}; a file of inhibitions has only inhibitions`)
  for (const [index, spec] of list.entries()) {
    for (const { path, at, message } of checkShape(INHIBITION, spec))
      report(['inhibitions', index, ...path], at, message)
    if (isPlainObject(spec) && list.findIndex((other: unknown) => isPlainObject(other) && other.id === spec.id) < index)
      report(['inhibitions', index, 'id'], 'value', `id ${spec.id} is used twice`)
  }
  const found = faults()
  return found.length > 0 ? { faults: found } : { inhibitions: list as Inhibition[] }
}

/** Reads the shipped ones and a file of one's own, whose ids win. Throws `rules_invalid` with all faults. */
export async function loadInhibitions(options: { shipped: boolean; file: string }): Promise<Inhibition[]> {
  const paths = [
    ...(options.shipped ? [assetPath('alerts/noise/shipped/inhibitions.yaml')] : []),
    ...(options.file ? [options.file] : []),
  ]
  const byId = new Map<string, Inhibition>()
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new AppError('config_invalid', 'the file of inhibitions cannot be read', { path }, { cause })
    })
    const parsed = parseInhibitions({ path, text })
    if ('faults' in parsed) throw new AppError('rules_invalid', formatFaults(parsed.faults), { faults: parsed.faults })
    for (const inhibition of parsed.inhibitions) byId.set(inhibition.id, inhibition)
  }
  return [...byId.values()]
}
