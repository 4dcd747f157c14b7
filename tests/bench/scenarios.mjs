// What the shipped rules, the detector and dispatch make of the shipped scenarios. Figures are of the simulated time and do not depend on
// the machine; `--quick` leaves out the demo, whose pictures take some minutes.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { notMeasured } from './rows.mjs'
import { makeFolder, removeFolder } from './systems/children.mjs'

const MAIN = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url))
const SCENARIOS = ['ci', 'faults', 'demo']
/** Twenty minutes of its hour: each kind of incident that a round begins with, and two flights. */
const DEMO_S = 1200

export async function bench({ quick }) {
  const rows = []
  for (const scenario of SCENARIOS.filter((name) => !quick || name !== 'demo')) {
    const folder = makeFolder()
    const report = await play(scenario, join(folder, 'report.json'))
    removeFolder(folder)
    rows.push(...(report === null ? [notMeasured(scenario, 'no report')] : toRows(report)))
  }
  return rows
}

/** The report, or null when there is none. A scenario whose thresholds are missed has one too. */
function play(scenario, file) {
  const length = scenario === 'demo' ? ['--for', String(DEMO_S)] : []
  const child = spawn(process.execPath, [MAIN, 'simulate', '--scenario', scenario, '--report', file, ...length], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve) =>
    child.once('exit', () => {
      try {
        resolve(JSON.parse(readFileSync(file, 'utf8')))
      } catch {
        resolve(null)
      }
    }),
  )
}

export function toRows({ scenario, simulatedS, kinds, faults, passed, ...score }) {
  const percent = (share) => Math.round(share * 1000) / 10
  const base = { peer: null, peerValue: null, ratio: null, goal: null, met: null }
  const incidents = kinds.reduce((sum, one) => sum + one.incidents, 0)
  const broken = faults.reduce((sum, one) => sum + one.faults, 0)
  const head = `\`${scenario}\`, ${Math.round(simulatedS)} s, ${incidents} incidents, ${broken} faults`
  return [
    {
      ...base,
      name: `${head}: recall`,
      value: percent(score.recall),
      unit: `% of ${score.expected}`,
      goal: 'thresholds',
      met: passed,
    },
    { ...base, name: `${head}: precision`, value: percent(score.precision), unit: '%' },
    { ...base, name: `${head}: false alerts`, value: score.unfoundedPerDay, unit: 'a day' },
    ...kinds
      .filter(({ expected }) => expected > 0)
      .map(({ kind, expected, met, delayS }) => ({
        ...base,
        ...{
          name: `\`${scenario}\` ${kind}: ${met} of ${expected} alerts, median delay`,
          unit: delayS ? `s, 95 % ${Number(delayS.p95.toPrecision(3))}` : 's',
        },
        value: delayS?.median ?? null,
      })),
  ]
}
