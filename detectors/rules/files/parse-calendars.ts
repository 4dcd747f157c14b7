import { readFileSync } from 'node:fs'
import { assetPath } from '../../../core/source-path.ts'
import { CALENDAR, type Calendar, type CalendarSpec, calendarObjections, toCalendar } from '../parts/calendar.ts'
import { parseItems } from './parse-items.ts'
import { type RuleDocument, readRuleDocument } from './rule-document.ts'

const SHIPPED_FILE = 'detectors/rules/calendars/cn.yaml'
let shipped: Map<string, Calendar> | undefined

/** All calendars by id: those of the files stand in place of those that come with huying. Faults are reported. */
export function parseCalendars(documents: RuleDocument[]): Map<string, Calendar> {
  return new Map([...shippedCalendars(), ...readCalendars(documents)])
}

/** A calendar that comes with huying; undefined for one that does not. */
export function shippedCalendar(id: string): Calendar | undefined {
  return shippedCalendars().get(id)
}

/** Read at the first use, since it never changes while we run. */
function shippedCalendars(): Map<string, Calendar> {
  shipped ??= readCalendars([
    readRuleDocument({ path: SHIPPED_FILE, text: readFileSync(assetPath(SHIPPED_FILE), 'utf8') }),
  ])
  return shipped
}

function readCalendars(documents: RuleDocument[]): Map<string, Calendar> {
  const calendars = new Map<string, Calendar>()
  for (const document of documents)
    for (const { item, path } of parseItems<CalendarSpec>(document, 'calendars', CALENDAR)) {
      for (const objection of calendarObjections(item))
        document.report([...path, ...objection.path], 'value', objection.message)
      if (calendars.has(item.id)) document.report([...path, 'id'], 'value', `calendar ${item.id} is already given`)
      else calendars.set(item.id, toCalendar(item))
    }
  return calendars
}
