// A score for people.

const percent = (share) => (share === null ? '–' : `${(100 * share).toFixed(1)} %`)
export const between = ({ hits, all, share, low, high }) =>
  `${percent(share)} (${hits} of ${all}; 95 %: ${percent(low)} to ${percent(high)})`
const hours = (value) => (value === null ? '–' : `${value.toFixed(1)} h`)
const byCount = (counts) => Object.entries(counts).sort(([, a], [, b]) => b - a)

export function printScore(score, { seconds, arrivals, visits, first, count, kit }, { list }) {
  const { recall, precision, leadHours, reliability } = score
  console.log(
    `${score.houseYears} watched house-years in ${count} lanes, seeds from ${first}, ${kit} kit; ${arrivals} arrivals in ${seconds} s`,
  )
  console.log(
    `recall     ${between(recall)} of unfiled renovations warned of before the first wall fell; ${score.late} later, ${score.missed.length} never`,
  )
  console.log(`           crews at odd hours ${between(score.careful)}; all others ${between(score.others)}`)
  console.log(`precision  ${between(precision)} of warnings were of unfiled works in that house`)
  console.log(
    `lead       median ${hours(leadHours[2])}, quartiles ${hours(leadHours[1])} and ${hours(leadHours[3])}, a tenth below ${hours(leadHours[0])}`,
  )
  console.log(
    `false      ${score.falsePerHouseYear.toFixed(3)} warnings per house-year; ${visits} visits; by records alone: ${score.byRecordsAlone}`,
  )
  for (const [cause, times] of byCount(score.falseByStory))
    console.log(`             ${String(times).padStart(4)} ${cause}`)
  const lost = score.works.filter(({ fate }) => fate === 'late' || fate === 'missed')
  for (const { fate, seed, id, careful, paper, daysToWall, leadH } of lost)
    console.log(
      `  ${fate.padEnd(6)} ${seed}/${id}: ${careful ? 'careful, ' : ''}${paper ?? 'no record'}, wall after ${daysToWall.toFixed(1)} days${fate === 'late' ? `, warned ${hours(-leadH)} later` : ''}`,
    )
  console.log(
    `days' ends ${reliability.days}: Brier ${reliability.brier.toFixed(4)}, expected calibration error ${reliability.error.toFixed(4)}, of days of 0.05 and more ${reliability.raised.toFixed(3)}`,
  )
  for (const { from, to, days, said, was } of reliability.bins)
    console.log(
      `  ${from.toFixed(2)}–${to.toFixed(2)} ${String(days).padStart(7)}  said ${said?.toFixed(3) ?? '–'}  was ${was?.toFixed(3) ?? '–'}`,
    )
  if (list) for (const one of score.warnings.filter(({ isRight }) => !isRight)) console.log(describe(one))
}

function describe({ seed, house, atMs, probability, cause, evidence }) {
  const at = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 16)
  const said = evidence
    .filter(({ weight }) => Math.abs(weight) > 0.15)
    .map((one) => {
      const causes = one.otherCauses.map(({ code, leaves }) => `${code} ${leaves.toFixed(2)}`).join(' ')
      return `      ${one.weight.toFixed(2)} of ${one.fullWeight.toFixed(2)} ${one.kind} ${new Date(one.atMs + 8 * 3_600_000).toISOString().slice(5, 16)} ${JSON.stringify(one.facts)} ${causes}`
    })
  return [`  ${seed}/house ${house} at ${at}, ${probability.toFixed(2)}: ${cause}`, ...said].join('\n')
}
