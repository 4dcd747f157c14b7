// The section `heritage` of docs/BENCHMARKS.md and its diagram.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeRun, readSections, toPage } from '../page.mjs'
import { figure } from '../rows.mjs'
import { between } from './print.mjs'

const at = (path) => fileURLToPath(new URL(`../../../docs/${path}`, import.meta.url))
const DIAGRAM = 'images/heritage-reliability.svg'
const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const met = (is) => (is ? 'yes' : '**no**')

/** One score of houses with every sensor, one of houses as they come. */
export function writeSection([whole, mixed]) {
  const page = at('BENCHMARKS.md')
  const sections = readSections(readFileSync(page, 'utf8'))
  sections.set('heritage', toText(whole, mixed))
  writeFileSync(page, toPage(sections, []))
  writeFileSync(at(DIAGRAM), toDiagram(whole.score.reliability))
}

function toText(whole, mixed) {
  const { score, facts } = whole
  const { first, count } = facts
  const both = [whole, mixed]
  const sum = (of) => both.reduce((all, one) => all + of(one.facts), 0)
  const rowsOf = (of) => both.map((one) => of(one.score))
  const goal = (name, of, isMet, text) => [name, ...rowsOf(of), text, met(isMet(score))]
  const plain = (name, of) => [name, ...rowsOf(of), '', '']
  const figures = [
    ['figure', 'houses with every sensor', 'houses as they come', 'goal', 'met with every sensor'],
    ['---', '---', '---', '---', '---'],
    goal(
      'recall: unfiled renovations warned of before the first wall fell',
      ({ recall }) => between(recall),
      ({ recall }) => recall.share >= 0.95,
      '≥ 95 %',
    ),
    plain('the same: crews who work little and at odd hours', ({ careful }) => between(careful)),
    plain('the same: all other crews', ({ others }) => between(others)),
    plain('warned of later; never', ({ late, missed }) => `${late}; ${missed.length}`),
    goal(
      'precision: warnings that were of unfiled works in that house',
      ({ precision }) => between(precision),
      ({ precision }) => precision.share >= 0.8,
      '≥ 80 %',
    ),
    goal(
      'warning before the first wall fell: median',
      ({ leadHours }) => `${figure(leadHours[2])} h`,
      ({ leadHours }) => leadHours[2] >= 24,
      '≥ 24 h',
    ),
    plain(
      'the same: quartiles; a tenth below',
      ({ leadHours: [tenth, low, , high] }) => `${figure(low)} h, ${figure(high)} h; ${figure(tenth)} h`,
    ),
    goal(
      'warnings by register events alone',
      ({ byRecordsAlone }) => String(byRecordsAlone),
      ({ byRecordsAlone }) => byRecordsAlone === 0,
      '0',
    ),
    plain('false warnings per house-year', ({ falsePerHouseYear }) => falsePerHouseYear.toFixed(3)),
    plain("Brier score of the probability at days' ends", ({ reliability }) => reliability.brier.toFixed(4)),
    plain(
      'expected calibration error; of days of which 0.05 and more was said',
      ({ reliability }) => `${reliability.error.toFixed(4)}; ${reliability.raised.toFixed(3)}`,
    ),
  ]
  const bins = score.reliability.bins.map(({ from, to, days, said, was }) => [
    `${from}–${to}`,
    days.toLocaleString('en'),
    said?.toFixed(3) ?? '',
    was?.toFixed(3) ?? '',
  ])
  return [
    describeRun(false),
    `\`npm run bench:heritage\`: ${score.houseYears} watched house-years in ${count} simulated lanes (seeds from ${first}, none of them looked at while the
likelihood ratios were fitted), ${score.works.length} unfiled renovations in them, played twice: with a sensor for vibration, noise, dust, power and doors in each watched house, and with the
kits that houses come to have over the years, many of which lack some. ${sum(({ arrivals }) => arrivals).toLocaleString('en')} arrivals through the house book and the judge of works in ${sum(({ seconds }) => seconds)} s; a
simulated zone manager made ${sum(({ visits }) => visits)} visits. The world and its base rates: \`simulators/README.md\`. All of it is simulated: what it says of
real lanes is that the method can do it there if they are like this.`,
    table(figures),
    both.map(({ score: { falseByStory }, facts: { kit } }) => toCauses(kit, falseByStory)).join('\n'),
    `Of the probability at each day's end, all watched houses with every sensor but those where a visit had found works already:`,
    `![Reliability diagram](${DIAGRAM})`,
    table([['said', 'house-days', 'mean said', 'works went on'], ['---', '---', '---', '---'], ...bins]),
  ].join('\n\n')
}

function toCauses(kit, falseByStory) {
  const causes = Object.entries(falseByStory).sort(([, a], [, b]) => b - a)
  const told = causes.map(([cause, times]) => `${cause} ${times}`).join(', ')
  return `False warnings by what was going on, ${kit === 'whole' ? 'every sensor' : 'as they come'}: ${told || 'none'}.`
}

const SIZE = 320
const EDGE = 44

/** What was said against what was: one dot per bin, larger where it holds more days, with the diagonal of honesty. */
function toDiagram({ bins }) {
  const [x, y] = [(share) => EDGE + share * SIZE, (share) => 12 + (1 - share) * SIZE]
  const dots = bins
    .filter(({ days }) => days > 0)
    .map(
      ({ said, was, days }) =>
        `<circle cx="${x(said).toFixed(1)}" cy="${y(was).toFixed(1)}" r="${(2 + 1.6 * Math.log10(days)).toFixed(1)}"><title>${days} house-days: said ${said.toFixed(3)}, was ${was.toFixed(3)}</title></circle>`,
    )
  const marks = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((share) => [
    `<path d="M${x(share)} ${y(0)}v4M${x(0)} ${y(share)}h-4"/>`,
    `<text x="${x(share)}" y="${y(0) + 17}" text-anchor="middle">${share}</text>`,
    `<text x="${x(0) - 8}" y="${y(share) + 4}" text-anchor="end">${share}</text>`,
  ])
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${EDGE + SIZE + 16}" height="${SIZE + 56}" font-family="sans-serif" font-size="11" fill="#334155">
<title>Probability said and share of days on which works went on</title>
<rect width="100%" height="100%" fill="#fff"/>
<g stroke="#94a3b8" fill="none"><path d="M${x(0)} ${y(1)}V${y(0)}H${x(1)}"/><path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke-dasharray="4 4"/></g>
<g stroke="#94a3b8" stroke-width="1">${marks.filter((one) => one.startsWith('<path')).join('')}</g>
${marks.filter((one) => one.startsWith('<text')).join('')}
<text x="${x(0.5)}" y="${y(0) + 36}" text-anchor="middle">probability said at a day's end</text>
<text x="12" y="${y(0.5)}" text-anchor="middle" transform="rotate(-90 12 ${y(0.5)})">share of days on which unfiled works went on</text>
<g fill="#0f766e" fill-opacity="0.75">${dots.join('\n')}</g>
</svg>
`
}
