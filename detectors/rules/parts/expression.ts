import { Environment, type ParseResult, type SourceRange } from '@marcbachmann/cel-js'
import { namesOf } from './expression-names.ts'

/** What an expression may ask about, beside the device and the local hour. */
export type Subjects = 'reading' | 'detection' | 'finding' | 'record'

/** The values of the names in an expression; what is not known is left out. */
export type Scope = Record<string, unknown>

/** A condition in the Common Expression Language, checked and ready to ask. */
export interface Expression {
  text: string
  /** Metrics of the device that it names, in the order of their first mention. */
  metrics: string[]
  /** It asks for `hour` or `weekday`. */
  asksTime: boolean
  /** Undefined when it cannot be said: a value that it needs is not known, or is not of the kind that it needs. */
  holds(scope: Scope): boolean | undefined
}

/** What is wrong with an expression; `at` counts characters from 1. */
export interface ExpressionFault {
  at: number
  message: string
}

/** Length of a text, and how much of it may be nested and listed: what is hostile ends here, and evaluation stays cheap. */
export const MAX_EXPRESSION_CHARS = 1000
const LIMITS = { maxAstNodes: 300, maxDepth: 24, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 8 }

const DEVICE = {
  id: 'string',
  type: 'string',
  name: 'string',
  place: 'string',
  gateway: 'string',
  attributes: 'map<string, dyn>',
}
const FINDING = {
  ...{ label: 'string', change: 'string', area: 'double', growth: 'double', score: 'double', sightings: 'double' },
  ...{ flights: 'double', review: 'string', position: { lat: 'double', lon: 'double' }, reach: 'map<string, dyn>' },
  place: { river: 'string', reach: 'string', reachName: 'string', along: 'double', offset: 'double', bank: 'string' },
}
const POSITION = { lat: 'double', lon: 'double' }

/** One environment for each kind of subject; made at the first use, since making one is dear. */
const environments = new Map<Subjects, Environment>()

/**
 * Compiles an expression, or says everything that is wrong with it that one pass can find: syntax, unknown names, types that do
 * not go together, a result that is not true or false, and what is refused for safety.
 *
 * All know `device` {id, type, name, place, gateway, attributes} (attributes: its own over those of its place), `hour` (0 to 23)
 * and `weekday` (1 Monday to 7 Sunday) of local time. Of a reading also `value`, `metric`, and each metric of the device by its
 * name, `metrics["pm2.5"]` where the name is no word. Of a detection `observation` {label, score, model, position}, of a record
 * `observation` {type, address, position, body}, of a finding `observation` {label, change, area, growth, score,
 * sightings, flights, review, position, place {river, reach, reachName, along, offset, bank}, reach}. Numbers may be written with or without a decimal point.
 */
export function parseExpression(
  text: string,
  subjects: Subjects,
): { expression: Expression } | { fault: ExpressionFault } {
  if (text.length > MAX_EXPRESSION_CHARS)
    return { fault: { at: MAX_EXPRESSION_CHARS, message: `is longer than ${MAX_EXPRESSION_CHARS} characters` } }
  const shared = environmentOf(subjects)
  try {
    const { ast } = shared.parse(text)
    const names = namesOf(ast)
    if (names.refused !== null) return { fault: names.refused }
    const words = subjects === 'reading' ? names.words.filter((word) => !shared.hasVariable(word)) : []
    const own = shared.clone()
    for (const metric of words) own.registerVariable(metric, 'double')
    const parsed = own.parse(text)
    const { valid, type, error } = parsed.check()
    if (!valid) return { fault: toFault(error) }
    if (type !== 'bool' && type !== 'dyn') return { fault: { at: 1, message: `must be true or false, not ${type}` } }
    const metrics = [...new Set([...words, ...names.metrics])]
    const asksTime = names.words.includes('hour') || names.words.includes('weekday')
    return { expression: { text, metrics, asksTime, holds: toTest(parsed) } }
  } catch (error) {
    return { fault: toFault(error) }
  }
}

function toTest(parsed: ParseResult): Expression['holds'] {
  return (scope) => {
    try {
      const result: unknown = parsed(scope)
      return typeof result === 'boolean' ? result : undefined
    } catch {
      return undefined
    }
  }
}

function environmentOf(subjects: Subjects): Environment {
  const known = environments.get(subjects)
  if (known !== undefined) return known
  const made = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS })
  addNumbers(made)
  made.registerVariable({ name: 'device', schema: DEVICE })
  made.registerVariable('hour', 'int')
  made.registerVariable('weekday', 'int')
  if (subjects === 'reading') {
    made.registerVariable('value', 'double')
    made.registerVariable('metric', 'string')
    made.registerVariable('metrics', 'map<string, double>')
  } else if (subjects === 'detection') {
    const schema = { label: 'string', score: 'double', model: 'string', position: POSITION }
    made.registerVariable({ name: 'observation', schema })
  } else if (subjects === 'finding') {
    made.registerVariable({ name: 'observation', schema: FINDING })
  } else {
    const schema = { type: 'string', address: 'string', position: POSITION, body: 'map<string, dyn>' }
    made.registerVariable({ name: 'observation', schema })
  }
  environments.set(subjects, made)
  return made
}

/** The language keeps whole numbers and others apart; people who write `temp_c + 1` and `v == 5` mean numbers. */
function addNumbers(environment: Environment): void {
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  }
  for (const [sign, apply] of Object.entries(operators)) {
    const apart = (a: unknown, b: unknown) => apply(Number(a), Number(b))
    environment.registerOperator(`double ${sign} int: double`, apart)
    environment.registerOperator(`int ${sign} double: double`, apart)
  }
  // Covers `int == double` and `!=` as well.
  environment.registerOperator('double == int', (a: unknown, b: unknown) => Number(a) === Number(b))
  environment.registerFunction('abs(double): double', (a: number) => Math.abs(a))
  environment.registerFunction('min(double, double): double', (a: number, b: number) => Math.min(a, b))
  environment.registerFunction('max(double, double): double', (a: number, b: number) => Math.max(a, b))
}

function toFault(error: unknown): ExpressionFault {
  const { summary, message, range } = error as { summary?: string; message?: string; range?: SourceRange }
  return { at: (range?.start ?? 0) + 1, message: summary ?? message ?? 'cannot be read' }
}
