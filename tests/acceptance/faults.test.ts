import { expect, it } from 'vitest'
import { runFaults } from '../faults/fault-run.ts'
import { LONG, SHORT } from '../faults/plans.ts'
import { printReport } from '../faults/report.ts'

const { HUYING_FAULTS_ALERTS: alerts, HUYING_FAULTS_SEED: seed } = process.env
const plan = alerts === undefined ? SHORT : { ...LONG, alerts: Number(alerts) }

it(
  'loses nothing and tells nothing twice while service, database, subscribers and people all misbehave',
  async () => {
    const report = await runFaults({
      ...plan,
      seed: seed === undefined ? Date.now() % 1_000_000 : Number(seed),
      say: (line) => process.stderr.write(`${line}\n`),
    })

    process.stderr.write(`${printReport(report)}\n`)
    expect(report.faults).toEqual([])
  },
  plan.limitMs,
)
