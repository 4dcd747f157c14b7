import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SimulationReport } from '../../app/simulation/score-simulation.ts'
import { type Outcome, runHuying } from './command.ts'
import { makeDataDir, removeDataDir } from './service.ts'

// What the shipped rules, the detector and dispatch make of a world whose truth is known, as a maker runs it in CI.
let folder: string
const runs = new Map<string, { outcome: Outcome; report: SimulationReport }>()
const run = (scenario: string) => runs.get(scenario)!

beforeAll(async () => {
  folder = await makeDataDir()
  await Promise.all(['ci', 'faults'].map(simulate))
}, 240_000)
afterAll(() => removeDataDir(folder))

async function simulate(scenario: string): Promise<void> {
  const file = join(folder, `${scenario}.json`)
  const outcome = await runHuying(
    ['simulate', '--scenario', scenario, '--seed', '1', '--report', file, '--junit', file.replace('json', 'xml')],
    { env: { TMPDIR: folder } },
  )
  runs.set(scenario, { outcome, report: JSON.parse(readFileSync(file, 'utf8')) as SimulationReport })
}

describe('a minute in which everything happens', () => {
  it('is told to dispatch, all of it and nothing else', () => {
    const { outcome, report } = run('ci')
    expect(report.missed).toEqual([])
    expect(report.unfoundedAlerts).toEqual([])
    expect(report).toMatchObject({ recall: 1, precision: 1, passed: true, messages: { dropped: 0, refusedLogins: 0 } })
    expect(report.messages.acknowledged).toBe(report.messages.sent)
    expect(outcome.code).toBe(0)
  })

  it('has a report for people and one for CI', () => {
    expect(run('ci').outcome.stdout).toMatch(/^fire +1 +1\/1 +100 % +\d+/m)
    expect(run('ci').outcome.stdout).toMatch(/^passed$/m)
    expect(readFileSync(join(folder, 'ci.xml'), 'utf8')).toContain('<testsuite name="ci, seed 1"')
  })
})

describe('two minutes in which everything breaks', () => {
  it('tell dispatch of nothing that did not happen', () => {
    const { outcome, report } = run('faults')
    expect(report.unfoundedAlerts).toEqual([])
    expect(report).toMatchObject({ expected: 0, unfoundedPerDay: 0, passed: true })
    expect(report.faults.length).toBeGreaterThan(10)
    expect(outcome.code).toBe(0)
  })
})

it('leaves nothing behind', () => {
  expect(readdirSync(folder).sort()).toEqual(['ci.json', 'ci.xml', 'faults.json', 'faults.xml'])
})
