import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BacktestReportView, BacktestView } from '../../dashboards/contract.ts'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, startFresh } from './service.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const PATH = '/api/v1/rules/backtest'
const rule = (above: number) => `rules:
  - { id: too-loud, title: { zh: 太吵, en: Too loud }, category: other, kind: threshold, where: { type: microphone, metric: leq_db }, above: ${above}, severity: minor }
`

let service: FreshService
let env: Record<string, string>
/** Three days ago, at a full minute. */
let fromMs: number

/** Two devices filled in for three days: a value every ten minutes, 80 dB once a day at one and twice at the other. */
async function fillIn(): Promise<void> {
  for (const [id, place, times] of [
    ['ear-1', '东园路45号', 1],
    ['ear-2', '平桥街3号', 2],
  ] as const) {
    const token = await addDevice(service, id, 'microphone', { place, reportEveryS: 600 })
    const device = await connectDevice(service, id, token)
    const batch = Array.from({ length: 3 * 144 }, (_, i) => {
      const isLoud = i % 144 === 30 || (times === 2 && i % 144 === 90)
      return { at: fromMs + i * 10 * MINUTE_MS, seq: i, values: { leq_db: isLoud ? 80 : 50 } }
    })
    for (let i = 0; i < batch.length; i += 100)
      await device.client.publishAsync(`huying/v1/${id}/readings`, JSON.stringify(batch.slice(i, i + 100)), { qos: 1 })
    await device.close()
  }
  const counted = () => service.call<{ count: number }>('GET', '/api/v1/readings?metric=leq_db&count=true')
  await eventually(counted, ({ count }) => count === 2 * 3 * 144)
}

beforeAll(async () => {
  service = await startFresh({ rules: rule(90) })
  env = { HUYING_HTTP_PORT: new URL(service.httpUrl).port, HUYING_ADMIN_TOKEN: ADMIN_TOKEN }
  fromMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 3 * DAY_MS
  await fillIn()
})
afterAll(async () => {
  await service?.remove()
})

const iso = (ms: number) => new Date(ms).toISOString()

describe('a back-test of the running service', () => {
  it('tells what stricter rules would have raised, per day and place, and what would be new', async () => {
    const file = join(service.dataDir, 'stricter.yaml')
    await writeFile(file, rule(70))
    const args = ['rules', 'backtest', '--rules', file, '--from', iso(fromMs), '--to', iso(fromMs + 3 * DAY_MS)]

    const { code, stdout, stderr } = await runHuying([...args, '--json'], { env })
    expect([code, stderr.replaceAll(/^ *\d+ % .*\n/gm, '')]).toEqual([0, ''])
    const report = JSON.parse(stdout) as BacktestReportView
    expect(report).toMatchObject({
      ...{ readings: 2 * 3 * 144, devices: 2 },
      before: { alerts: expect.any(Number) },
      diff: { added: 9, vanished: 0, changed: 0 },
    })
    const loud = (run: BacktestReportView['after'] | null) => run?.perRule.find(({ rule: id }) => id === 'too-loud')
    expect(loud(report.before)?.alerts).toBe(0)
    expect(loud(report.after)).toMatchObject({ alerts: 9, activeS: 9 * 600, longestS: 600, bySeverity: { minor: 9 } })
    expect(report.after.perPlace).toEqual([
      { place: '平桥街3号', alerts: 6 },
      { place: '东园路45号', alerts: 3 },
    ])
    expect(report.after.perDay.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(9)
    expect(report.diff?.addedFirst[0]).toMatchObject({
      rule: 'too-loud',
      subject: { metric: 'leq_db' },
      place: expect.any(String),
    })

    const text = await runHuying(args, { env })
    expect(text.code).toBe(0)
    expect(text.stdout).toMatch(/^864 readings of 2 devices from /)
    expect(text.stdout).toMatch(/^ +0 +6 {2}平桥街3号$/m)
    expect(text.stdout).toContain('difference: 9 new, 0 gone, 0 changed')
    expect(text.stdout).toMatch(/readings a second\n$/)
  }, 60_000)

  it('tells it as it came too: filled in long after, it would have been history', async () => {
    const file = join(service.dataDir, 'stricter.yaml')
    await writeFile(file, rule(70))
    const args = ['--rules', file, '--from', '1h', '--by', 'arrival', '--warm-up', '0s', '--no-compare', '--json']
    const { code, stdout } = await runHuying(['rules', 'backtest', ...args], { env })
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as BacktestReportView
    expect(report).toMatchObject({ readings: 864, before: null, diff: null, after: { historical: expect.any(Number) } })
    expect(report.after.historical).toBeGreaterThan(0)
    expect(report.after.perRule.find(({ rule: id }) => id === 'too-loud')?.alerts).toBe(0)
  }, 60_000)

  it('leaves what is in force and what is open alone', async () => {
    const { items } = await service.call<{ items: object[] }>('GET', '/api/v1/alerts?rule=too-loud')
    expect(items).toEqual([])
  })

  it('is refused with every fault of the rules, and with 2 without a time', async () => {
    const file = join(service.dataDir, 'wrong.yaml')
    await writeFile(file, rule(70).replace('minor', 'loud'))
    const wrong = await runHuying(['rules', 'backtest', '--rules', file, '--from', '1d'], { env })
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toMatch(/rules:2:\d+ severity must be one of/)
    expect((await runHuying(['rules', 'backtest', '--rules', file], { env })).code).toBe(2)
    expect(
      (await runHuying(['rules', 'backtest', '--rules', file, '--from', '1d', '--by', 'heart'], { env })).code,
    ).toBe(2)
    const absent = await runHuying(
      ['rules', 'backtest', '--rules', join(service.dataDir, 'absent.yaml'), '--from', '1d'],
      {
        env,
      },
    )
    expect([absent.code, absent.stderr.includes('ENOENT')]).toEqual([1, true])
  }, 60_000)

  it('is there to be asked for over the API, and gone when it is taken away', async () => {
    const started = await service.call<BacktestView>('POST', PATH, {
      rules: rule(70),
      from: iso(fromMs),
      to: iso(Date.now()),
    })
    const done = await eventually(
      () => service.call<BacktestView>('GET', `${PATH}/${started.id}`),
      ({ state }) => state !== 'running',
    )
    expect(done).toMatchObject({ state: 'done', done: 1, report: { diff: { added: 9 } } })
    const remove = () =>
      fetch(`${service.httpUrl}${PATH}/${started.id}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      })
    expect((await remove()).status).toBe(204)
    expect((await remove()).status).toBe(404)
  })
})
