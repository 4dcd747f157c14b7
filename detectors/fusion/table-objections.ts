import { type EvidenceTable, type Kind, kindsOf } from './evidence-table.ts'

/** A fault of a table whose shape is right: where in the file, and what. */
type Objection = [at: string[], message: string]

export function objectionsTo(table: EvidenceTable): Objection[] {
  const kinds = kindsOf(table)
  return [
    ...objectionsToTimes(table),
    ...kinds.flatMap((kind) => objectionsToKind(kind, kinds).map((message): Objection => [kind.at, message])),
    ...table.together.flatMap((_, i) =>
      objectionsToPair(table, kinds, i).map((message): Objection => [['together', String(i)], message]),
    ),
  ]
}

function objectionsToTimes({ levels, times, slept, working, office, again, power }: EvidenceTable): Objection[] {
  const wrong: [boolean, ...Objection][] = [
    [levels.settled > levels.likely, ['levels', 'settled'], 'must not be above likely'],
    [slept.from >= slept.to, ['slept', 'to'], 'must be after from'],
    [working.from >= working.to, ['working', 'to'], 'must be after from'],
    [office.from >= office.to, ['office', 'to'], 'must be after from'],
    [working.from >= office.from, ['office', 'from'], 'must be after that of working'],
    [times.keepDays < times.lateDays, ['times', 'keepDays'], 'must not be below lateDays'],
    [times.windowDays > times.lateDays, ['times', 'windowDays'], 'must not be above lateDays'],
    [again.days > times.lateDays, ['again', 'days'], 'must not be above lateDays'],
    [slept.nights > times.lateDays, ['slept', 'nights'], 'must not be above lateDays'],
    [power.days > times.lateDays, ['power', 'days'], 'must not be above lateDays'],
  ]
  return wrong.flatMap(([isWrong, at, message]): Objection[] => (isWrong ? [[at, message]] : []))
}

const MORE_IS_MORE = 'ratios must not fall, and not be below 1: more of it never speaks less for works'

function objectionsToKind({ kind, levels, isAmount, turns }: Kind, all: readonly Kind[]): string[] {
  if (all.filter((one) => one.kind === kind).length > 1) return [`${kind} is the name of another kind, too`]
  if (levels.some(({ from }, i) => i > 0 && from <= levels[i - 1]!.from)) return ['must rise']
  return isAmount && !turns && isFalling(levels.map(({ ratio }) => ratio)) ? [MORE_IS_MORE] : []
}

/** A pair has a ratio for each level of one kind and each of the other, which never falls with an amount. */
function objectionsToPair({ together }: EvidenceTable, known: readonly Kind[], i: number): string[] {
  const { kinds, ratios } = together[i]!
  const [a, b] = kinds
  const [one, other] = kinds.map((kind) => known.find((each) => each.kind === kind))
  if (ratios.length !== one?.levels.length || ratios.some((row) => row.length !== other?.levels.length))
    return [`must have a ratio for each level of ${a} and each of ${b}`]
  if (a === b || together.slice(0, i).some((before) => before.kinds.includes(a) && before.kinds.includes(b)))
    return [`${a} and ${b} must be two kinds, and a pair only once`]
  if (!one.isAmount && !other?.isAmount) return [`one of ${a} and ${b} must be heard, seen or reported`]
  const columns = ratios[0]!.map((_, level) => ratios.map((row) => row[level]!))
  const falls = (other?.isAmount && ratios.some(isFalling)) || (one.isAmount && columns.some(isFalling))
  return falls || ratios.flat().some((ratio) => ratio < 1) ? [MORE_IS_MORE] : []
}

function isFalling(ratios: readonly number[]): boolean {
  return ratios.some((ratio, i) => ratio < (ratios[i - 1] ?? 1))
}
