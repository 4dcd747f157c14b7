// What likelihood ratios are fitted to, and how they come into a table.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { kindsOf } from '../../../dist/detectors/fusion/evidence-table.js'
import { CAREFUL_SHARE, hasUnfiledWorks, RATES } from '../../../dist/simulators/quarter/years/story.js'
import { pairSteps, upTo } from './fit-together.mjs'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Looked at every three hours, but not in the dead of night. */
export const LOOK_EVERY_MS = 3 * HOUR_MS
const LOOKED_AT_HOURS = [9, 12, 15, 18, 21, 0]
/** In lanes that are fitted to more happens, so that there is more to fit to; rows are weighed so that this is undone. */
export const FITTED_LANES = {
  rates: { unfiled_works: 1.5, tenant: 0.7, refit: 0.3, handyman: 0.7 },
  carefulShare: 0.4,
}
/** As far as works are felt, in houses; so long after it a story is still weighed. */
const REACH = 2
const ECHO_MS = 4 * DAY_MS
/** A warning is worth most so long before the first wall falls. */
const LAST_MS = 36 * HOUR_MS
const LAST_COUNTS = 3

/** Rows of one lane; those of which nothing speaks as one. */
export function createRows() {
  const rows = []
  let quiet = 0

  function take({ year: { stories }, house, atMs, levels, isFiled }) {
    const hour = new Date(atMs + 8 * HOUR_MS).getUTCHours()
    if (isFiled || !LOOKED_AT_HOURS.includes(hour)) return
    const isOn = hasUnfiledWorks(stories, house, atMs - 1)
    const weight = worthOf(stories, house, atMs, isOn) * oftenOf(stories, house, atMs, isOn)
    if (Object.keys(levels).length > 0 || isOn) rows.push({ levels, isOn, weight })
    else quiet += weight
  }

  return { take, all: () => [...rows, { levels: {}, isOn: false, weight: quiet }] }
}

/** Days after the first wall are too late to count. */
function worthOf(stories, house, atMs, isOn) {
  const own = stories.find((one) => one.house === house && one.works && one.fromMs <= atMs && atMs <= one.toMs + DAY_MS)
  if (!isOn || own === undefined) return 1
  const { demolitionMs } = own.works
  if (own.kind !== 'unfiled_works' || demolitionMs === null) return atMs < own.fromMs + 8 * DAY_MS ? 1 : 0.2
  if (atMs > demolitionMs + DAY_MS) return 0
  return atMs > demolitionMs - LAST_MS ? LAST_COUNTS : 1
}

/** How much rarer this is where stories are told as often as everywhere else. */
function oftenOf(stories, house, atMs, isOn) {
  const { rates, carefulShare } = FITTED_LANES
  const near = stories.filter(
    (one) =>
      one.house !== null &&
      Math.abs(one.house - house) <= REACH &&
      one.fromMs - DAY_MS <= atMs &&
      atMs <= one.toMs + ECHO_MS,
  )
  return Math.min(
    1,
    ...near.map(({ kind, house: of, works }) => {
      const share = kind in rates ? RATES[kind] / rates[kind] : 1
      if (kind === 'unfiled_works')
        return share * (works.careful ? CAREFUL_SHARE / carefulShare : (1 - CAREFUL_SHARE) / (1 - carefulShare))
      return of === house && !isOn ? share : 1
    }),
  )
}

/** What the ratios of a table are, that are fitted, and what they must keep to. */
export function shapeOf(table) {
  const kinds = kindsOf(table)
  const isJudged = ({ source }) => source.startsWith('judgement')
  return {
    pairs: table.together.map(({ kinds: pair }) => pair),
    amounts: new Set(kinds.filter(({ isAmount }) => isAmount).map(({ kind }) => kind)),
    turning: new Set(kinds.filter(({ turns }) => turns).map(({ kind }) => kind)),
    judged: new Map(
      kinds.filter(isJudged).map(({ kind, levels }) => [kind, levels.map(({ ratio }) => Math.log(ratio))]),
    ),
  }
}

/** Puts fitted ratios into the file of a table; comments, levels, pairs and what is a judgement stay as they are. */
export function writeTable({ prior, weights }, table, path) {
  const document = parseDocument(readFileSync(path, 'utf8'))
  const { amounts, judged } = shapeOf(table)
  const ratio = (steps) => Number(Math.exp(steps.reduce((all, key) => all + (weights.get(key) ?? 0), 0)).toPrecision(2))
  document.setIn(['prior', 'probability'], Number(prior.toPrecision(2)))
  for (const { kind, at, levels } of kindsOf(table))
    if (!judged.has(kind))
      for (const i of levels.keys())
        document.setIn([...at, i, 'ratio'], ratio(upTo(i + 1).map((level) => `${kind} ${level}`)))
  for (const [i, { kinds, ratios }] of table.together.entries()) {
    const [a, b] = kinds
    for (const [row, columns] of ratios.entries())
      for (const column of columns.keys())
        document.setIn(['together', i, 'ratios', row, column], ratio(pairSteps([a, row + 1], [b, column + 1], amounts)))
  }
  writeFileSync(
    path,
    document
      .toString({ lineWidth: 0 })
      .replaceAll('[ ', '[')
      .replaceAll(' ]', ']')
      .replace(/:\n +\[/g, ': ['),
  )
}
