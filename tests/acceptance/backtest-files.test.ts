import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BacktestReportView } from '../../dashboards/contract.ts'
import { runHuying } from './command.ts'
import { makeDataDir, removeDataDir } from './service.ts'

const FROM = Date.UTC(2026, 2, 1)
const RULES = `rules:
  - { id: too-loud, title: { zh: 太吵, en: Too loud }, category: other, kind: threshold, where: { type: microphone, metric: leq_db }, above: 70, severity: minor }
`
const DEVICES = [
  { id: 'ear-1', type: 'microphone', place: '东园路45号', registeredAt: '2026-11-01T00:00:00.000Z' },
  { id: 'ear-2', type: 'microphone', place: '平桥街3号', registeredAt: '2026-11-01T00:00:00.000Z' },
]

let folder: string
let args: string[]
/** No rule of its own is in force, so that only the tried one speaks. */
const env = { HUYING_RULES_SHIPPED: 'false' }

beforeAll(async () => {
  folder = await makeDataDir()
  const data = join(folder, 'data')
  await mkdir(data)
  await writeFile(join(folder, 'rules.yaml'), RULES)
  await writeFile(join(data, 'devices.json'), JSON.stringify(DEVICES))
  const csv = [50, 80, 50].map((value, i) => `ear-1,leq_db,${new Date(FROM + i * 60_000).toISOString()},${value}`)
  await writeFile(join(data, 'a.csv'), ['device,metric,at,value', ...csv, ''].join('\n'))
  // In no order, and received hours later.
  const lines = [3, 1, 2, 4].map((minute) => ({
    ...{ device: 'ear-2', metric: 'leq_db', at: FROM + minute * 60_000, value: minute < 3 ? 90 : 50 },
    arrivedAt: new Date(FROM + minute * 60_000 + 7_200_000).toISOString(),
  }))
  await writeFile(join(data, 'b.ndjson'), lines.map((line) => JSON.stringify(line)).join('\n'))
  args = ['rules', 'backtest', '--rules', join(folder, 'rules.yaml'), '--data', data]
})
afterAll(() => removeDataDir(folder))

const judge = async (more: string[]): Promise<BacktestReportView> => {
  const { code, stdout, stderr } = await runHuying([...args, '--whole', '--json', ...more], { env })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as BacktestReportView
}

describe('a back-test of files, without a service', () => {
  it('judges CSV and NDJSON together, in order of measuring, by the devices that lie beside them', async () => {
    const report = await judge([])
    expect(report).toMatchObject({
      readings: 7,
      devices: 2,
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T00:04:00.001Z',
    })
    expect(report.after).toMatchObject({ alerts: 2, bySeverity: { minor: 2 } })
    expect(report.after.perRule).toMatchObject([{ rule: 'too-loud', activeS: 180, longestS: 120 }])
    expect(report.diff).toMatchObject({ added: 2 })
  }, 60_000)

  it('judges them as they came where that is asked for, and only the time asked for', async () => {
    const asCame = await judge(['--by', 'arrival'])
    expect(asCame.after).toMatchObject({ alerts: 1, historical: 1 })
    const later = await judge(['--from', '2026-03-01T00:02:30Z', '--no-compare'])
    expect(later).toMatchObject({ readings: 7, before: null, after: { alerts: 0 } })
  }, 60_000)

  it('names file and line of what cannot be read', async () => {
    const bad = join(folder, 'bad')
    await mkdir(bad)
    await writeFile(join(bad, 'x.csv'), 'device,metric,at,value\nd1,v,2026-03-01T00:00:00Z,1\nd1,v,yesterday,1\n')
    const run = () => runHuying([...args.slice(0, -1), bad], { env })
    const first = await run()
    expect([first.code, first.stderr]).toEqual([
      1,
      `huying: ${join(bad, 'x.csv')}:3 at is neither ISO 8601 with a zone nor ms since the epoch\n`,
    ])
    await writeFile(join(bad, 'x.csv'), 'device,at,value\n')
    expect((await run()).stderr).toContain('x.csv:1 the column metric is missing')
    await writeFile(join(bad, 'x.csv'), 'device,metric,at,value\n')
    expect((await run()).stderr).toContain('no readings in')
  }, 60_000)

  it('ends with 2 when neither a folder nor a time is given', async () => {
    const { code, stderr } = await runHuying(args.slice(0, -2))
    expect([code, stderr.includes('--from or --data')]).toEqual([2, true])
  })
})
