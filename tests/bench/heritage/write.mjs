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

export function writeSection(score, facts) {
  const page = at('BENCHMARKS.md')
  const sections = readSections(readFileSync(page, 'utf8'))
  sections.set('heritage', toText(score, facts))
  writeFileSync(page, toPage(sections, []))
  writeFileSync(at(DIAGRAM), toDiagram(score.reliability))
}

function toText(score, { first, count, arrivals, seconds, visits }) {
  const { recall, precision, leadHours, reliability, works } = score
  const watched = works.length
  const figures = [
    ['figure', 'value', 'goal', 'met'],
    ['---', '---', '---', '---'],
    [
      'recall: unfiled renovations warned of before the first wall fell',
      between(recall),
      '≥ 95 %',
      met(recall.share >= 0.95),
    ],
    ['the same: crews who work little and at odd hours', between(score.careful), '', ''],
    ['the same: all other crews', between(score.others), '', ''],
    ['warned of later; never', `${score.late}; ${score.missed.length}`, '', ''],
    [
      'precision: warnings that were of unfiled works in that house',
      between(precision),
      '≥ 80 %',
      met(precision.share >= 0.8),
    ],
    ['warning before the first wall fell: median', `${figure(leadHours[2])} h`, '≥ 24 h', met(leadHours[2] >= 24)],
    [
      'the same: quartiles; a tenth below',
      `${figure(leadHours[1])} h, ${figure(leadHours[3])} h; ${figure(leadHours[0])} h`,
      '',
      '',
    ],
    ['warnings by register events alone', String(score.byRecordsAlone), '0', met(score.byRecordsAlone === 0)],
    ['false warnings per house-year', score.falsePerHouseYear.toFixed(3), '', ''],
    ["Brier score of the probability at days' ends", reliability.brier.toFixed(4), '', ''],
    [
      'expected calibration error; of days of which 0.05 and more was said',
      `${reliability.error.toFixed(4)}; ${reliability.raised.toFixed(3)}`,
      '',
      '',
    ],
  ]
  const causes = Object.entries(score.falseByStory).sort(([, a], [, b]) => b - a)
  const bins = reliability.bins.map(({ from, to, days, said, was }) => [
    `${from}–${to}`,
    days.toLocaleString('en'),
    said?.toFixed(3) ?? '',
    was?.toFixed(3) ?? '',
  ])
  return [
    describeRun(false),
    `\`npm run bench:heritage\`: ${score.houseYears} watched house-years in ${count} simulated lanes (seeds from ${first}, none of them looked at while the
likelihood ratios were chosen), ${watched} unfiled renovations in them; ${arrivals.toLocaleString('en')} arrivals through the house book and the judge of works in ${seconds} s; a
simulated zone manager made ${visits} visits. The world and its base rates: \`simulators/README.md\`. All of it is simulated: what it says of
real lanes is that the method can do it there if they are like this.`,
    table(figures),
    causes.length === 0
      ? 'No warning was false.'
      : `False warnings by what was going on: ${causes.map(([cause, times]) => `${cause} ${times}`).join(', ')}.`,
    `Of the probability at each day's end, all watched houses but those where a visit had found works already:`,
    `![Reliability diagram](${DIAGRAM})`,
    table([['said', 'house-days', 'mean said', 'works went on'], ['---', '---', '---', '---'], ...bins]),
  ].join('\n\n')
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
