import { SEVERITIES } from '../../core/severity.ts'
import type { BacktestReportView, EpisodeView, RunView } from '../../dashboards/contract.ts'

const PLACES_SHOWN = 20
const CHANGES_SHOWN = 20

/** A report for people: what the new rules would have raised, beside those in force, and the difference. */
export function backtestText(report: BacktestReportView): string {
  const { from, to, readings, devices, before, after, diff } = report
  const head = `${whole(readings)} readings of ${whole(devices)} devices from ${from} to ${to}`
  const parts = [head, summary(before, after), perDay(before, after), perPlace(before, after), perRule(before, after)]
  return [...parts, ...(diff === null ? [] : [difference(diff)])].join('\n\n')
}

type Cell = string | number

/** Numbers to the right, the name last: names may be of any width. */
function table(heads: string[], rows: Cell[][]): string {
  const texts = [heads, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? whole(cell) : cell)))]
  const widths = heads.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)))
  return texts
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The columns of one figure: in force, when there is something to compare with, and new. */
function both(before: RunView | null, after: RunView, figure: (run: RunView) => Cell): Cell[] {
  return before === null ? [figure(after)] : [figure(before), figure(after)]
}

function heads(before: RunView | null, name: string): string[] {
  return before === null ? ['new', name] : ['in force', 'new', name]
}

function summary(before: RunView | null, after: RunView): string {
  const line = (name: string, figure: (run: RunView) => Cell) => [...both(before, after, figure), name]
  return table(heads(before, ''), [
    line('rules', ({ rules }) => rules),
    line('alerts', ({ alerts }) => alerts),
    ...SEVERITIES.map((severity) => line(`  ${severity}`, ({ bySeverity }) => bySeverity[severity] ?? 0)),
    line('told as history only, being late', ({ historical }) => historical),
    line('minutes in a flood of alerts', ({ floodMinutes }) => Math.round(floodMinutes)),
    line('floods', ({ floods }) => floods),
    line('active, all added up', ({ activeS }) => span(activeS)),
    line('longest', ({ longest }) => (longest === null ? '' : `${longest.rule} ${lasted(longest)}`)),
    line('active still at the end', ({ stillActive }) => stillActive),
  ])
}

function perDay(before: RunView | null, after: RunView): string {
  const rows = after.perDay.map(({ day, alerts }, i) => [
    ...(before === null ? [alerts] : [before.perDay[i]?.alerts ?? 0, alerts]),
    day,
  ])
  return table(heads(before, 'alerts per day'), rows)
}

function perPlace(before: RunView | null, after: RunView): string {
  const counts = new Map<string, { before: number; after: number }>()
  for (const { place, alerts } of after.perPlace) counts.set(place, { before: 0, after: alerts })
  for (const { place, alerts } of before?.perPlace ?? [])
    counts.set(place, { before: alerts, after: counts.get(place)?.after ?? 0 })
  const sorted = [...counts].sort(([, a], [, b]) => Math.max(b.before, b.after) - Math.max(a.before, a.after))
  const rows = sorted.slice(0, PLACES_SHOWN).map(([place, count]) => {
    const name = place === '' ? '(no place)' : place
    return before === null ? [count.after, name] : [count.before, count.after, name]
  })
  const title = sorted.length > PLACES_SHOWN ? `alerts per place, the first ${PLACES_SHOWN}` : 'alerts per place'
  return table(heads(before, title), rows)
}

function perRule(before: RunView | null, after: RunView): string {
  const old = new Map((before?.perRule ?? []).map((rule) => [rule.rule, rule]))
  const fresh = new Map(after.perRule.map((rule) => [rule.rule, rule]))
  const rows = [...new Set([...fresh.keys(), ...old.keys()])]
    .map((id) => ({ id, before: old.get(id)?.alerts ?? 0, after: fresh.get(id) }))
    .filter((row) => row.before > 0 || (row.after?.alerts ?? 0) > 0)
    .map((row) => {
      const told =
        row.after === undefined ? '' : `, active ${span(row.after.activeS)}, longest ${span(row.after.longestS)}`
      const alerts = row.after?.alerts ?? 0
      return [...(before === null ? [alerts] : [row.before, alerts]), `${row.id}${told}`]
    })
  return table(heads(before, 'alerts per rule'), rows)
}

function difference(diff: NonNullable<BacktestReportView['diff']>): string {
  const { same, added, vanished, changed, complete } = diff
  const more = (all: number) => (all > CHANGES_SHOWN ? [`  … ${whole(all - CHANGES_SHOWN)} more`] : [])
  return [
    `difference: ${whole(added)} new, ${whole(vanished)} gone, ${whole(changed)} changed, ${whole(same)} the same`,
    ...(complete ? [] : ['there were too many alerts to compare them all: only the first ones are']),
    ...diff.addedFirst.slice(0, CHANGES_SHOWN).map((episode) => `  + ${show(episode)}`),
    ...more(added),
    ...diff.vanishedFirst.slice(0, CHANGES_SHOWN).map((episode) => `  - ${show(episode)}`),
    ...more(vanished),
    ...diff.changedFirst
      .slice(0, CHANGES_SHOWN)
      .map(({ before, after }) => `  ~ ${show(before)} → ${show(after, before)}`),
    ...more(changed),
  ].join('\n')
}

/** After an arrow only what differs is said again. */
function show(episode: EpisodeView, before?: EpisodeView): string {
  const { rule, subject, place, severity, raisedAt } = episode
  if (before !== undefined)
    return [raisedAt === before.raisedAt ? '' : raisedAt, severity, lasted(episode)]
      .filter((text) => text !== '')
      .join(' ')
  const { device, metric, place: at, label, cell } = subject
  const named = [device, metric, label, cell].filter((part) => part !== undefined).join(' ')
  return [raisedAt, rule, named, place || (at ?? ''), severity, lasted(episode)].filter((text) => text !== '').join(' ')
}

function lasted({ raisedAt, clearedAt }: EpisodeView): string {
  return clearedAt === null ? 'until the end' : span((Date.parse(clearedAt) - Date.parse(raisedAt)) / 1000)
}

/** `2 d 3 h`, `35 min`, `12 s`: the two largest units. */
function span(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ]
  const first = units.findIndex(([, size]) => seconds >= size)
  if (first < 0) return `${Number(seconds.toFixed(3))} s`
  const [unit, size] = units[first]!
  const next = units[first + 1]
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1])
  return `${Math.floor(seconds / size)} ${unit}${next === undefined || rest === 0 ? '' : ` ${rest} ${next[0]}`}`
}

function whole(number: number): string {
  return number.toLocaleString('en')
}
