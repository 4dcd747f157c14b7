import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WhyView } from '../../dashboards/contract.ts'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, eventually, type FreshService, startFresh } from './service.ts'

const RULES = `
rules:
  - id: warm
    title: { zh: 偏热, en: Warm }
    category: climate
    kind: threshold
    where: { metric: temp_c }
    severities: { warning: 30, major: 40 }
    onDelay: 5m
`
let service: FreshService
let startMs = 0

/** Ten minutes of one reading a minute, told as they were measured: warm from the fourth minute on. */
beforeAll(async () => {
  service = await startFresh({
    rules: RULES,
    env: { HUYING_SHIPPED_RULES: 'false', HUYING_LIVE_WITHIN_S: '86400' },
  })
  const { token } = await service.call<{ token: string }>('POST', '/api/v1/devices', { id: 't1', type: 'thermometer' })
  startMs = Date.now() - 600_000
  const device = await connectDevice(service, 't1', token)
  for (let minute = 0; minute <= 10; minute++)
    await device.send({ temp_c: minute < 4 ? 20 : 35 }, { at: startMs + minute * 60_000, seq: minute })
  await device.close()
  const count = () => service.call<{ count: number }>('GET', '/api/v1/readings?device=t1&count=true')
  await eventually(count, (seen) => seen.count === 11)
}, 60_000)

afterAll(async () => {
  await service?.remove()
})

const ask = (query: string) => service.call<WhyView>('GET', `/api/v1/why?rule=warm&device=t1&metric=temp_c${query}`)

it('tells of now from the judge itself: what holds, and which gates let it through', async () => {
  const answer = await ask('')

  expect(answer).toMatchObject({
    source: 'live',
    state: 'active',
    severity: 'warning',
    predicates: [
      { severity: 'warning', holds: true, reason: { code: 'above', value: 35, limit: 30 } },
      { severity: 'major', holds: false, reason: { value: 35, limit: 40 } },
    ],
    alert: { state: 'active' },
  })
  expect(answer.gates.every(({ passed }) => passed)).toBe(true)
  expect(answer.readings.at(-1)).toMatchObject({ value: 35 })
})

it('tells of a moment that is past from what is stored, by the rule as it was then', async () => {
  const answer = await ask(`&at=${Date.now()}`)

  expect(answer).toMatchObject({ source: 'recomputed', state: 'active', recomputed: { complete: true } })
  expect(answer.rule).toMatchObject({ id: 'warm', kind: 'threshold', number: 1 })
})

it('names the gate that keeps an alert quiet, and those that let it through before', async () => {
  const id = (await ask('')).alert?.id
  await service.call('POST', `/api/v1/alerts/${id}/shelve`, { comment: '检修' })

  const { stoppedBy, gates, alert } = await ask('')

  expect({ stoppedBy, quiet: alert?.quiet }).toEqual({ stoppedBy: 'shelf', quiet: 'shelf' })
  expect(gates.slice(-2)).toMatchObject([
    { gate: 'out_of_service', passed: true },
    { gate: 'shelf', passed: false, until: expect.any(String) },
  ])
  await service.call('POST', `/api/v1/alerts/${id}/unshelve`, {})
})

it('says what it does not know', async () => {
  expect(await ask('').then(({ unjudged }) => unjudged)).toBeUndefined()
  const stranger = await service.call<WhyView>('GET', '/api/v1/why?rule=warm&device=t9&metric=temp_c')
  expect(stranger).toMatchObject({ state: 'unknown', unjudged: 'unknown_device' })
  const silent = await service.call<WhyView>('GET', '/api/v1/why?rule=warm&device=t1&metric=rh_pct')
  expect(silent).toMatchObject({ state: 'unknown', unjudged: 'no_data' })
  await expect(service.call('GET', '/api/v1/why?rule=cold&device=t1')).rejects.toThrow(/404/)
  await expect(ask(`&at=${Date.now() + 3_600_000}`)).rejects.toThrow(/400/)
})

it('is told on the command line, the verdict first', async () => {
  const { code, stdout } = await runHuying(
    ['why', '--rule', 'warm', '--subject', 't1/temp_c', '--url', service.httpUrl, '--token', ADMIN_TOKEN],
    { cwd: service.dataDir },
  )

  expect(code).toBe(0)
  expect(stdout).toMatch(/^warm \(threshold, /)
  expect(stdout).toContain('FIRING: warning')
  expect(stdout).toContain('warning  35 above 30')
})
