import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import Type from 'typebox'
import { fillIn, type Sources } from '../alerts/outputs/fill-in.ts'
import { OUTPUT_KINDS, type OutputKind, type OutputSpec, outputShape } from '../alerts/outputs/kinds.ts'
import { WEEKDAYS } from '../alerts/outputs/local-time.ts'
import type { RouteSpec } from '../alerts/outputs/route.ts'
import { CATEGORIES } from '../core/category.ts'
import { AppError } from '../core/errors.ts'
import { SEVERITIES } from '../core/severity.ts'
import { checkShape, isPlainObject } from '../detectors/rules/files/check-shape.ts'
import { type Report, type RuleFile, readRuleDocument } from '../detectors/rules/files/rule-document.ts'
import { formatFaults, type RuleFault } from '../detectors/rules/rule-fault.ts'

/** Where events go: the outputs by name, and the tree that chooses among them. */
export interface OutputPlan {
  outputs: Record<string, OutputSpec>
  route: RouteSpec
}

const NO_OUTPUTS: OutputPlan = { outputs: {}, route: { to: [] } }

const oneOrMore = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Optional(Type.Union([item, Type.Array(item, { minItems: 1, maxItems: 200 })], { description }))
const TEXT = Type.String({ minLength: 1, maxLength: 200 })
const texts = (what: string) => oneOrMore(TEXT, `a ${what} or a list of them`)
const clock = (description: string) =>
  Type.Optional(Type.String({ pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$|^24:00$', description }))
const TIME = Type.Object(
  {
    from: clock('a time of day such as 22:00'),
    to: clock('a time of day such as 06:00; 24:00 is the end of the day'),
    days: oneOrMore(Type.Enum([...WEEKDAYS]), `one or more of ${WEEKDAYS.join(', ')}`),
  },
  { additionalProperties: false },
)
const MATCH = Type.Object(
  {
    severity: oneOrMore(Type.Enum([...SEVERITIES]), `one or more of ${SEVERITIES.join(', ')}`),
    minSeverity: Type.Optional(Type.Enum([...SEVERITIES], { description: `one of ${SEVERITIES.join(', ')}` })),
    category: oneOrMore(Type.Enum(Object.keys(CATEGORIES)), `one or more of ${Object.keys(CATEGORIES).join(', ')}`),
    rule: texts('rule'),
    device: texts('device'),
    place: texts('beginning of a place'),
    grid: texts('grid'),
    community: texts('community'),
    reach: texts('reach'),
    department: texts('department'),
    test: Type.Optional(Type.Boolean({ description: 'true or false' })),
    time: Type.Optional(
      Type.Union([TIME, Type.Array(TIME, { minItems: 1, maxItems: 50 })], {
        description: 'from, to and days, or a list of these',
      }),
    ),
  },
  { additionalProperties: false },
)
const TO = Type.Optional(
  Type.Union([TEXT, Type.Array(TEXT, { maxItems: 100 })], { description: 'the name of an output or a list of names' }),
)
const ROUTES = Type.Optional(Type.Array(Type.Unknown(), { maxItems: 200, description: 'a list of routes' }))
const BRANCH = Type.Object(
  {
    match: Type.Optional(MATCH),
    to: TO,
    continue: Type.Optional(Type.Boolean({ description: 'true or false' })),
    routes: ROUTES,
  },
  { additionalProperties: false },
)
/** All that is not routed otherwise goes to the root, so it asks for nothing. */
const ROOT = Type.Object({ to: TO, routes: ROUTES }, { additionalProperties: false })
const MAX_DEPTH = 10

const OUTPUT_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/
/** Settings whose values no message may show. */
const SECRETS = /(^|\/)(secret|password|url|headers)(\/|$)/

/** The outputs and routes of a file, or everything wrong with it. Values that may be secret are in no message. */
export function parseOutputs(file: RuleFile, sources: Sources): { plan: OutputPlan } | { faults: RuleFault[] } {
  const { content, report, faults } = readRuleDocument(file)
  if (content === null) return { faults: faults() }
  const filled = new Set<string>()
  const missing: string[] = []
  const whole = fillIn(content, sources, {
    filled,
    onFault(path, message) {
      missing.push(path.join('/'))
      report(path, 'value', message)
    },
  })
  const { outputs = {}, route, ...unknown } = whole as Record<string, unknown>
  for (const key of Object.keys(unknown))
    report([key], 'key', `unknown key ${key}; a file of outputs has outputs and route`)
  const discreet: Report = (path, at, message) => {
    const where = path.join('/')
    // What has nothing to be filled in with does not fit either; that is said already.
    if (at === 'value' && missing.some((one) => one === where || one.startsWith(`${where}/`))) return
    report(path, at, filled.has(where) || SECRETS.test(where) ? message.replace(/, not .*$/s, '') : message)
  }
  if (!isPlainObject(outputs)) report(['outputs'], 'value', 'outputs must be a map of names and outputs')
  const specs = isPlainObject(outputs) ? outputs : {}
  for (const [name, spec] of Object.entries(specs)) checkOutput(name, spec, discreet)
  if (route === undefined) report([], 'value', 'route is missing')
  else checkRoute(route, ['route'], Object.keys(specs), report)
  const found = faults()
  if (found.length > 0) return { faults: found }
  return { plan: { outputs: specs as OutputPlan['outputs'], route: route as RouteSpec } }
}

function checkOutput(name: string, spec: unknown, report: Report): void {
  const path = ['outputs', name]
  if (!OUTPUT_NAME.test(name))
    report(path, 'key', 'the name of an output is 1 to 64 small letters, digits, ".", "_" or "-"')
  const kind = isPlainObject(spec) ? OUTPUT_KINDS[String(spec.kind)] : undefined
  if (kind) checkSettings(kind, spec as OutputSpec, path, report)
  else report(path, 'value', `${name} must have a kind, one of ${Object.keys(OUTPUT_KINDS).join(', ')}`)
}

function checkSettings(kind: OutputKind, spec: OutputSpec, path: string[], report: Report): void {
  const misfits = checkShape(outputShape(kind), spec)
  for (const { path: within, at, message } of misfits) report([...path, ...within], at, message)
  if (misfits.length > 0) return
  for (const { path: within = [], message } of kind.check?.(spec as never) ?? [])
    report([...path, ...within], 'value', message)
}

function checkRoute(route: unknown, path: (string | number)[], names: string[], report: Report): void {
  const isRoot = path.length === 1
  for (const { path: within, at, message } of checkShape(isRoot ? ROOT : BRANCH, route))
    report([...path, ...within], at, message)
  if (!isPlainObject(route)) return
  for (const [index, name] of [route.to ?? []].flat().entries())
    if (typeof name === 'string' && !names.includes(name))
      report([...path, 'to', ...(Array.isArray(route.to) ? [index] : [])], 'value', `there is no output ${name}`)
  const below = Array.isArray(route.routes) ? route.routes : []
  if (below.length > 0 && path.length > 2 * MAX_DEPTH)
    report(path, 'value', `routes are nested deeper than ${MAX_DEPTH}`)
  else for (const [index, one] of below.entries()) checkRoute(one, [...path, 'routes', index], names, report)
}

const SYSTEM: Sources = {
  env: process.env,
  read(path) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return null
    }
  },
}

/** Reads the configured file; none means no outputs. Throws `config_invalid` with all faults. */
export async function loadOutputs(path: string, sources = SYSTEM): Promise<OutputPlan> {
  if (path === '') return NO_OUTPUTS
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('config_invalid', 'the file of outputs cannot be read', { path }, { cause })
  })
  const parsed = parseOutputs({ path, text }, sources)
  if ('faults' in parsed) throw new AppError('config_invalid', formatFaults(parsed.faults), { faults: parsed.faults })
  return parsed.plan
}
