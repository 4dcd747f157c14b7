import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SimulationReport } from '../../app/simulation/score-simulation.ts'
import { type Outcome, runHuying } from './command.ts'
import { makeDataDir, removeDataDir } from './service.ts'

// What the shipped rules, the detector and dispatch make of a world whose truth is known, as a maker runs it in CI.
let folder: string

beforeAll(async () => {
  folder = await makeDataDir()
})
afterAll(() => removeDataDir(folder))

describe('a minute in which everything happens', () => {
  let outcome: Outcome
  let report: SimulationReport

  beforeAll(async () => {
    const files = ['--report', join(folder, 'ci.json'), '--junit', join(folder, 'ci.xml')]
    outcome = await runHuying(['simulate', '--scenario', 'ci', '--seed', '1', ...files], { env: { TMPDIR: folder } })
    report = JSON.parse(readFileSync(join(folder, 'ci.json'), 'utf8')) as SimulationReport
  }, 120_000)

  it('is told to dispatch, all of it and nothing else', () => {
    expect(outcome.code).toBe(0)
    expect(report.missed).toEqual([])
    expect(report.unfoundedAlerts).toEqual([])
    expect(report).toMatchObject({ recall: 1, precision: 1, passed: true, messages: { dropped: 0, refusedLogins: 0 } })
    expect(report.messages.acknowledged).toBe(report.messages.sent)
  })

  it('has a report for people and one for CI', () => {
    expect(outcome.stdout).toMatch(/^fire +1 +1\/1 +100 % +\d+/m)
    expect(outcome.stdout).toMatch(/^passed$/m)
    expect(readFileSync(join(folder, 'ci.xml'), 'utf8')).toContain('<testsuite name="ci, seed 1"')
  })

  it('leaves nothing behind', () => {
    expect(readdirSync(folder).sort()).toEqual(['ci.json', 'ci.xml'])
  })
})
