import { createHash } from 'node:crypto'
import type { RuleSpec } from '../../../core/rule-change.ts'
import type { Objection } from '../objection.ts'
import type { Calendar } from '../parts/calendar.ts'
import { createPlaceAttributes, type PlaceSpec } from '../parts/place-attributes.ts'
import { createSchedule, type ScheduleSpec, scheduleObjections } from '../parts/schedule.ts'
import { type DeviceParts, toDeviceMatch } from '../parts/where.ts'
import type { Rule, RuleSet } from '../rule.ts'
import type { RuleFault } from '../rule-fault.ts'
import { RULE_KINDS } from '../rule-kinds.ts'
import { canonical } from './canonical.ts'
import { checkShape, isPlainObject } from './check-shape.ts'
import { inOrderOfUse, linkFaults } from './link-rules.ts'
import { parseCalendars } from './parse-calendars.ts'
import { parsePlaces } from './parse-places.ts'
import { type Place, type Report, type RuleDocument, type RuleFile, readRuleDocument } from './rule-document.ts'

export type { RuleFile } from './rule-document.ts'

/** One rule of one file, whether it is in force or not. */
export interface WrittenRule {
  rule: Rule
  spec: RuleSpec
  place: Place
  /** The file overrides others. */
  overrides: boolean
}

export type RulesResult =
  | {
      rules: RuleSet
      /** All rules of all files: in force, switched off, overridden. */
      written: WrittenRule[]
    }
  | { faults: RuleFault[] }

type Calendars = ReadonlyMap<string, Calendar>

/** What a rule file may have at its top. Each key has a parser of its own, which is given the whole document. */
const FILE_KEYS = ['rules', 'places', 'calendars']

/**
 * Checks rule files and makes them ready to judge: either all rules of all files, or all that is wrong with them, in
 * the order of files and lines. Never throws on bad input.
 *
 * A rule that is switched off (`enabled: false`), and one in whose place a file that overrides has put another, is
 * checked like the others and then left out of the set.
 */
export function parseRules(files: RuleFile[]): RulesResult {
  const documents = files.map(readRuleDocument)
  const written: Found[] = []
  const firstPlace = new Map<string, Place>()
  const calendars = parseCalendars(documents)
  const places = parsePlaces(documents)

  for (const document of documents) {
    checkFileKeys(document)
    for (const found of parseDocumentRules(document, calendars)) {
      const key = `${found.overrides} ${found.rule.id}`
      const before = firstPlace.get(key)
      if (before === undefined) firstPlace.set(key, found.place)
      else document.report(found.path, 'value', `id ${found.rule.id} is already used at ${before.file}:${before.line}`)
      written.push(found)
    }
  }
  const named = new Set(documents.flatMap(idsOf))
  for (const { of, path, message } of linkFaults(written, named)) of.report(path, 'value', message)
  const faults = documents.flatMap((document) => document.faults())
  if (faults.length > 0) return { faults }
  return {
    rules: toRuleSet(inOrderOfUse(inForce(written)), places),
    written: written.map(({ path: _path, report: _report, ...one }) => one),
  }
}

/** The rules that judge: of each id the one that overrides, if it is switched on. */
function inForce(written: WrittenRule[]): Rule[] {
  const overridden = new Set(written.filter(({ overrides }) => overrides).map(({ rule }) => rule.id))
  return written
    .filter(({ overrides, rule }) => overrides || !overridden.has(rule.id))
    .filter(({ spec }) => spec.enabled !== false)
    .map(({ rule }) => rule)
}

function checkFileKeys({ content, report }: RuleDocument): void {
  const keys = Object.keys(content ?? {})
  for (const key of keys)
    if (!FILE_KEYS.includes(key))
      report([key], 'key', `unknown key ${key}; a rule file may have ${FILE_KEYS.join(', ')}`)
  if (content !== null && !keys.some((key) => FILE_KEYS.includes(key)))
    report([], 'value', `a rule file is a map with one or more of the keys ${FILE_KEYS.join(', ')}, each a list`)
}

/** All ids that a file gives to rules, faulty ones included. */
function idsOf({ content }: RuleDocument): string[] {
  const specs: unknown[] = Array.isArray(content?.rules) ? content.rules : []
  return specs.flatMap((spec) => (isPlainObject(spec) && typeof spec.id === 'string' ? [spec.id] : []))
}

/** `path` leads to the id in the file, `report` takes paths from the rule down. */
type Found = WrittenRule & { path: (string | number)[]; report: Report }

function parseDocumentRules(document: RuleDocument, calendars: Calendars): Found[] {
  const { file, content, report, placeOf } = document
  const specs = content?.rules
  if (specs === undefined) return []
  if (!Array.isArray(specs)) {
    report(['rules'], 'value', 'a rule file is a map with the key rules, a list')
    return []
  }
  return specs.flatMap((spec: unknown, index) => {
    const reportOfRule: Report = (path, at, message) => report(['rules', index, ...path], at, message)
    const rule = parseRule(spec, calendars, reportOfRule)
    if (rule === null) return []
    const path = ['rules', index, 'id']
    const found = { rule, spec: spec as RuleSpec, path, report: reportOfRule }
    return [{ ...found, place: placeOf(path), overrides: file.overrides === true }]
  })
}

/** A rule, or null after everything wrong with it was reported. */
function parseRule(spec: unknown, calendars: Calendars, report: Report): Rule | null {
  if (!isPlainObject(spec)) {
    report([], 'value', 'a rule must be a map of keys and values')
    return null
  }
  const kind = typeof spec.kind === 'string' && Object.hasOwn(RULE_KINDS, spec.kind) ? RULE_KINDS[spec.kind] : undefined
  if (kind === undefined) {
    const known = Object.keys(RULE_KINDS).join(', ')
    if (spec.kind === undefined) report([], 'value', `kind is missing; known are ${known}`)
    else report(['kind'], 'value', `kind must be one of ${known}`)
    return null
  }
  const misfits = checkShape(kind.schema, spec)
  for (const { path, at, message } of misfits) report(path, at, message)
  if (misfits.length > 0) return null
  const schedule = spec.schedule as ScheduleSpec | undefined
  const objections = [...kind.objections(spec), ...toScheduleObjections(schedule, calendars)]
  for (const { path, message } of objections) report(path, 'value', message)
  if (objections.length > 0) return null
  const { id, title, category, where, lifeSafety = false, raises = true, test = false } = spec as unknown as RuleSpec
  const judge = kind.toJudge(spec)
  if (schedule !== undefined && judge.input === 'records') {
    report(['schedule'], 'key', 'schedule is not for records: what is filed holds at night too')
    return null
  }
  const calendar = calendars.get(schedule?.calendar ?? '') ?? null
  return {
    id,
    title,
    category,
    kind: spec.kind as string,
    lifeSafety,
    raises,
    ...(test && { test }),
    hash: hashOf(canonical([behaviourOf(spec), calendar?.spec.years, kind.beside?.(spec)])),
    where: toDeviceMatch(where as DeviceParts | undefined),
    judge,
    ...(schedule !== undefined && { openTimes: createSchedule(schedule, calendar) }),
  }
}

function toScheduleObjections(schedule: ScheduleSpec | undefined, calendars: Calendars): Objection[] {
  if (schedule === undefined) return []
  const found = scheduleObjections(schedule, new Set(calendars.keys()))
  return found.map(({ path, message }) => ({ path: ['schedule', ...path], message }))
}

/** What a rule says that can change what it does: not the notes, not whether it is switched on. */
function behaviourOf({ notes: _notes, enabled: _enabled, ...behaviour }: Record<string, unknown>) {
  return behaviour
}

function toRuleSet(rules: Rule[], places: PlaceSpec[]): RuleSet {
  const parts = rules.map((rule) => `${rule.id} ${rule.hash}`).sort()
  if (places.length === 0) return { version: hashOf(parts.join('\n')), rules }
  const { attributesOf, placesAbove } = createPlaceAttributes(places)
  return { version: hashOf([...parts, canonical(places)].join('\n')), rules, attributesOf, placesAbove }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
