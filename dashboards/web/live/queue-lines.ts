import type { AlertView, FloodGroupView } from '../../contract.ts'

export type Cause = FloodGroupView['cause']

/** Alerts of one category with one cause, while there are more alerts than a person can follow. */
export interface AlertGroup {
  /** `group:` and what makes it one; never the id of an alert. */
  id: string
  cause: Cause
  category: string
  /** In the order of the list. */
  members: AlertView[]
  worst: 1 | 2 | 3 | 4
  /** Of its members, how many nobody has acknowledged. */
  waiting: number
  isOpen: boolean
  /** It has the alert that came first in the flood. */
  hasFirst: boolean
}

/** A line of the queue, all of one height. */
export type QueueLine =
  | { kind: 'alert'; id: string; alert: AlertView; isMember?: true }
  | { kind: 'group'; id: string; group: AlertGroup }

/** What is known of a flood for grouping. */
export interface Grouping {
  /** Cause by alert id, as the service says. */
  causes: ReadonlyMap<string, Cause>
  /** Groups whose members are shown. */
  opened: ReadonlySet<string>
  firstId: string | undefined
}

/**
 * Rows as lines. Without `grouping` each is one; with it those of a cause and category stand under a line of their own, at
 * the place of the most urgent of them. Level 1 and life-safety are never grouped, nor is what would be alone.
 */
export function toLines(rows: readonly AlertView[], grouping: Grouping | null): QueueLine[] {
  if (grouping === null) return rows.map(toLine)
  const groups = new Map<string, AlertView[]>()
  for (const alert of rows) {
    if (isApart(alert)) continue
    const key = keyOf(alert, grouping)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [alert])
    else known.push(alert)
  }
  const done = new Set<string>()
  return rows.flatMap((alert): QueueLine[] => {
    const key = isApart(alert) ? '' : keyOf(alert, grouping)
    const members = groups.get(key) ?? []
    if (members.length < 2) return [toLine(alert)]
    if (done.has(key)) return []
    done.add(key)
    return linesOf(toGroup(key, members, grouping))
  })
}

function toLine(alert: AlertView): QueueLine {
  return { kind: 'alert', id: alert.id, alert }
}

function isApart({ level, lifeSafety }: AlertView): boolean {
  return level === 1 || lifeSafety === true
}

/** Where the service has not said yet what the cause is, the place stands for it. */
function causeOf({ id, place, subject }: AlertView, { causes }: Grouping): Cause {
  const name = place ?? subject.place
  return causes.get(id) ?? (name === undefined ? { kind: 'unknown', name: '' } : { kind: 'building', name })
}

function keyOf(alert: AlertView, grouping: Grouping): string {
  const { kind, name } = causeOf(alert, grouping)
  return `group:${kind}|${name}|${alert.category}`
}

function toGroup(id: string, members: AlertView[], grouping: Grouping): AlertGroup {
  const first = members[0]!
  return {
    id,
    cause: causeOf(first, grouping),
    category: first.category,
    members,
    worst: Math.min(...members.map(({ level }) => level)) as AlertGroup['worst'],
    waiting: members.filter(({ acknowledged, quiet }) => !acknowledged && !quiet).length,
    isOpen: grouping.opened.has(id),
    hasFirst: members.some((one) => one.id === grouping.firstId),
  }
}

function linesOf(group: AlertGroup): QueueLine[] {
  const members = group.isOpen
    ? group.members.map((alert): QueueLine => ({ kind: 'alert', id: alert.id, alert, isMember: true }))
    : []
  return [{ kind: 'group', id: group.id, group }, ...members]
}

/** The alerts that a line stands for. */
export function alertsOf(line: QueueLine): AlertView[] {
  return line.kind === 'alert' ? [line.alert] : line.group.members
}
