import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assetPath } from '../core/source-path.ts'
import { shippedProfiles } from '../simulators/conformance/profile.ts'

const read = (path: string) => parse(readFileSync(assetPath(path), 'utf8')) as Record<string, unknown>

/** Options that the kit knows. */
let help = ''
beforeAll(() => {
  help = spawnSync(process.execPath, [assetPath('dist/app/main.js'), 'conformance', '--help'], {
    encoding: 'utf8',
  }).stdout
})

/** What a CI file hands to `huying conformance`, up to the device's program. */
function optionsOf(command: string): string[] {
  const [, args = ''] = command.split(/huying\.mjs conformance /)
  return args.split(' -- ')[0]!.split(/\s+/)
}

function expectKnown(options: string[]): void {
  const flags = options.filter((option) => option.startsWith('--'))
  expect(flags.length).toBeGreaterThan(2)
  expect(flags.filter((flag) => !help.includes(`${flag} `))).toEqual([])
  expect(shippedProfiles()).toContain(options[options.indexOf('--profile') + 1])
}

interface Workflow {
  on: unknown
  jobs: Record<string, { 'runs-on': string; steps: { uses?: string; run?: string; with?: Record<string, string> }[] }>
}

it('the workflow for GitHub is one, checks out what it runs, and keeps what the kit writes', () => {
  const { jobs } = read('docs/examples/ci/github-actions.yml') as unknown as Workflow
  const { steps } = jobs.conformance!
  for (const { uses, run } of steps) expect([uses, run].filter((one) => one !== undefined)).toHaveLength(1)
  const checkout = steps.find((step) => step.with?.path === 'huying')
  expect(checkout?.uses).toMatch(/^actions\/checkout@/)
  const options = optionsOf(steps.find(({ run }) => run?.includes('conformance '))!.run!)
  expectKnown(options)
  const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
  for (const file of options.filter((option) => /\.(xml|jsonl?)$/.test(option)))
    expect(upload?.with?.path).toContain(file)
})

it('the job for GitLab is one, and its report is shown', () => {
  const job = read('docs/examples/ci/gitlab-ci.yml')['huying conformance'] as {
    script: string[]
    artifacts: { reports: { junit: string } }
  }
  const options = optionsOf(job.script.at(-1)!)
  expectKnown(options)
  expect(job.artifacts.reports.junit).toBe(options[options.indexOf('--junit') + 1])
})

describe('the compose profile ci', () => {
  interface Service {
    image?: string
    build?: string
    profiles?: string[]
    command: string[]
    volumes: string[]
    depends_on?: Record<string, { condition: string }>
    healthcheck?: { test: string[] }
  }
  const { services, volumes } = read('docker-compose.yml') as {
    services: Record<string, Service>
    volumes: Record<string, unknown>
  }
  const { conformance, device } = services

  it('starts the kit and a device, and nothing else of it', () => {
    const inCi = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('ci'))
    expect(inCi.map(([name]) => name)).toEqual(['conformance', 'device'])
    expectKnown(optionsOf(conformance!.command.join(' ')))
  })

  it('hands the device what it needs to connect, once it is there', () => {
    const { command, volumes: mounted, healthcheck } = conformance!
    const file = command[command.indexOf('--access') + 1]!
    expect(healthcheck?.test.join(' ')).toContain(file)
    expect(device!.depends_on).toEqual({ conformance: { condition: 'service_healthy' } })
    expect(device!.command.join(' ')).toContain(`. ${file};`)
    const shared = mounted.map((one) => one.split(':')[0]!).find((name) => name in volumes)
    expect(device!.volumes.some((one) => one.startsWith(`${shared}:/data`))).toBe(true)
  })

  it('plays the device by an example that is there', () => {
    const [, name] = /\/device\/(\S+)/.exec(device!.command.join(' '))!
    expect(device!.volumes).toContain('./docs/examples/devices:/device:ro')
    expect(existsSync(assetPath(`docs/examples/devices/${name}`))).toBe(true)
  })
})
