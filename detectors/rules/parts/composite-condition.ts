import { FIELD_NAME } from '../../../core/device.ts'
import { isWorse, SEVERITIES, type Severity } from '../../../core/severity.ts'
import { isPlainObject } from '../files/check-shape.ts'
import type { Objection } from '../objection.ts'

/** What another rule must say: for so many devices, at this severity or worse. */
export interface MemberTest {
  rule: string
  devices: number
  /** Null: whichever. */
  severity: Severity | null
}

/** Members joined by all, any, not, and so many of several. */
export type Condition =
  | { is: 'member'; test: MemberTest }
  | { is: 'all' | 'any'; of: Condition[] }
  | { is: 'atLeast'; count: number; of: Condition[] }
  | { is: 'not'; one: Condition }

/** Where a file names a rule as a member. */
export interface MemberReference {
  rule: string
  /** Keys from the rule down to the name. */
  path: string[]
}

/** Deeper than people can read. */
const MAX_DEPTH = 8
const MAX_TESTS = 50
export const MAX_DEVICES = 100

const SHAPES =
  'a member { rule: its id }, or one of { all: [ … ] }, { any: [ … ] }, { not: … }, { atLeast: 2, of: [ … ] }'

/** True when the condition holds, given what each member test says. */
export function holds(condition: Condition, isMet: (test: MemberTest) => boolean): boolean {
  switch (condition.is) {
    case 'member':
      return isMet(condition.test)
    case 'all':
      return condition.of.every((one) => holds(one, isMet))
    case 'any':
      return condition.of.some((one) => holds(one, isMet))
    case 'atLeast':
      return condition.of.filter((one) => holds(one, isMet)).length >= condition.count
    case 'not':
      return !holds(condition.one, isMet)
  }
}

/** All member tests; of `wanted` only those that stand under no `not`, or under two. */
export function testsOf(condition: Condition, only: 'all' | 'wanted' = 'all', isWanted = true): MemberTest[] {
  switch (condition.is) {
    case 'member':
      return isWanted || only === 'all' ? [condition.test] : []
    case 'not':
      return testsOf(condition.one, only, !isWanted)
    default:
      return condition.of.flatMap((one) => testsOf(one, only, isWanted))
  }
}

/** True when a member's severity is as bad as the test asks. */
export function isBadEnough({ severity }: MemberTest, actual: Severity): boolean {
  return severity === null || severity === actual || isWorse(actual, severity)
}

export interface ReadCondition {
  /** Null when something is wrong with it. */
  condition: Condition | null
  references: MemberReference[]
  objections: Objection[]
}

/** Reads a condition as a rule file writes it; `path` leads to it. */
export function readCondition(written: unknown, path: string[]): ReadCondition {
  const references: MemberReference[] = []
  const objections: Objection[] = []

  function refuse(at: string[], message: string): null {
    objections.push({ path: at, message })
    return null
  }

  function read(part: unknown, at: string[], depth: number): Condition | null {
    if (!isPlainObject(part)) return refuse(at, `a condition is ${SHAPES}`)
    if (depth > MAX_DEPTH) return refuse(at, `conditions may be nested ${MAX_DEPTH} deep`)
    if ('rule' in part) return readMember(part, at)
    const [key, ...more] = Object.keys(part)
    if (key === 'atLeast' || more.includes('atLeast')) return readAtLeast(part, at, depth)
    if (more.length > 0 || (key !== 'all' && key !== 'any' && key !== 'not'))
      return refuse(at, `a condition is ${SHAPES}`)
    if (key === 'not') {
      const one = read(part.not, [...at, 'not'], depth + 1)
      return one && { is: 'not', one }
    }
    const of = readList(part[key], [...at, key], depth)
    return of && { is: key, of }
  }

  function readList(part: unknown, at: string[], depth: number): Condition[] | null {
    if (!Array.isArray(part) || part.length === 0) return refuse(at, `${at.at(-1)} must be a list of conditions`)
    const conditions = part.map((one, index) => read(one, [...at, String(index)], depth + 1))
    return conditions.includes(null) ? null : (conditions as Condition[])
  }

  function readAtLeast(part: Record<string, unknown>, at: string[], depth: number): Condition | null {
    const stranger = Object.keys(part).find((key) => key !== 'atLeast' && key !== 'of')
    if (stranger !== undefined) return refuse([...at, stranger], `${stranger} cannot stand beside atLeast`)
    const of = readList(part.of, [...at, 'of'], depth)
    if (of === null) return null
    const { atLeast } = part
    if (!Number.isInteger(atLeast) || (atLeast as number) < 1 || (atLeast as number) > of.length)
      return refuse([...at, 'atLeast'], `atLeast must be a whole number from 1 to ${of.length}, the length of of`)
    return { is: 'atLeast', count: atLeast as number, of }
  }

  function readMember(part: Record<string, unknown>, at: string[]): Condition | null {
    const { rule, devices = 1, severity = null, ...others } = part
    const [stranger] = Object.keys(others)
    if (stranger !== undefined)
      return refuse([...at, stranger], `unknown key ${stranger}; a member may have rule, devices, severity`)
    if (typeof rule !== 'string' || !FIELD_NAME.test(rule))
      return refuse([...at, 'rule'], 'rule must be the id of another rule')
    if (!Number.isInteger(devices) || (devices as number) < 1 || (devices as number) > MAX_DEVICES)
      return refuse([...at, 'devices'], `devices must be a whole number from 1 to ${MAX_DEVICES}`)
    if (severity !== null && !SEVERITIES.includes(severity as Severity))
      return refuse([...at, 'severity'], `severity must be one of ${SEVERITIES.join(', ')}`)
    references.push({ rule, path: [...at, 'rule'] })
    return { is: 'member', test: { rule, devices: devices as number, severity: severity as Severity | null } }
  }

  const condition = read(written, path, 1)
  if (references.length > MAX_TESTS) refuse(path, `a condition may have ${MAX_TESTS} members`)
  if (condition !== null && holds(condition, () => false))
    refuse(path, 'the condition holds when no member does; at least one member must be asked for')
  return { condition: objections.length > 0 ? null : condition, references, objections }
}
