import { afterEach, describe, expect, it } from 'vitest'
import { createBacktestDesk, type DeskPorts } from '../../app/backtest/backtest-desk.ts'
import type { ArrivalHistory } from '../../core/arrival-history.ts'
import type { BacktestJob, BacktestRequest } from '../../core/backtest-desk.ts'
import { AppError } from '../../core/errors.ts'
import { silentLog } from '../../core/log.ts'
import { assetPath } from '../../core/source-path.ts'
import { DEFAULT_TIMES } from '../../detectors/rules/engine/rule-engine.ts'
import { toPage } from '../detectors/rules/backtest/merge-probe.ts'
import { aDevice } from '../detectors/rules/play.ts'

const MINUTE = 60_000
const FROM = Date.UTC(2026, 2, 1)
const NOW = FROM + 10 * 86_400_000

const rule = (id: string, above: number) => `rules:
  - { id: ${id}, title: { zh: 热, en: Hot }, category: other, kind: threshold, where: { metric: v }, above: ${above}, severity: minor }
`
const IN_FORCE = { files: [{ path: 'mine.yaml', text: rule('hot', 30) }], own: [] }

/** A value a minute that swings between 20 and 40 every twenty minutes, in small pages. */
function createSwing(minutes: number): ArrivalHistory {
  const rows = Array.from({ length: minutes }, (_, i) => {
    const arrivalMs = FROM + i * MINUTE
    return { device: 'd1', metric: 'v', atMs: arrivalMs, value: i % 20 < 10 ? 20 : 40, messageSeq: -1, arrivalMs }
  })
  return {
    async arrivedReadings({ fromMs, toMs, cursor }) {
      const within = rows.filter(({ arrivalMs }) => arrivalMs >= fromMs && arrivalMs < toMs)
      const from = Number(cursor ?? 0)
      const page = toPage(within.slice(from, from + 50), false)
      return from + 50 < within.length ? { ...page, nextCursor: `${from + 50}` } : page
    },
    arrivedOthers: async () => ({ items: [] }),
  }
}

let stop = () => {}
afterEach(() => stop())

function openDesk(change: Partial<DeskPorts> = {}) {
  const desk = createBacktestDesk({
    history: createSwing(600),
    inForce: () => IN_FORCE,
    devices: () => [aDevice({ registeredAtMs: 0, place: '东园' })],
    times: DEFAULT_TIMES,
    timeZone: 'Asia/Shanghai',
    worldFile: assetPath('simulators/world/wenjin.geojson'),
    whenIdle: async () => {},
    clock: { nowMs: () => NOW },
    log: silentLog,
    ...change,
  })
  stop = desk.stop
  return desk
}

const ASKED: BacktestRequest = {
  rules: rule('hot', 50),
  whole: false,
  compare: true,
  by: 'arrival',
  fromMs: FROM,
  toMs: FROM + 600 * MINUTE,
  warmUpMs: 0,
}

async function ended(desk: ReturnType<typeof openDesk>, { id }: BacktestJob): Promise<BacktestJob> {
  for (;;) {
    const job = desk.get(id)
    if (job.state !== 'running') return job
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the desk of back-tests', () => {
  it('judges history in a thread and keeps the report', async () => {
    const desk = openDesk()
    const started = desk.start(ASKED, 'admin')
    expect(started).toMatchObject({ state: 'running', startedBy: 'admin', readings: 0, done: 0 })

    const job = await ended(desk, started)

    expect(job).toMatchObject({ state: 'done', readings: 600, done: 1 })
    expect(job.report).toMatchObject({
      readings: 600,
      devices: 1,
      before: { alerts: 30, rules: 1 },
      after: { alerts: 0, rules: 1 },
      diff: { vanished: 30, added: 0 },
    })
    expect(desk.list().map(({ id }) => id)).toEqual([started.id])
  })

  it.each([
    ['stand over those of the same id', { rules: rule('hot', 50) }, 1],
    ['are added to the others', { rules: rule('hotter', 35) }, 2],
    ['are all there is when that is said', { rules: rule('hotter', 35), whole: true }, 1],
  ])('rules that are tried %s', async (_what, change, rules) => {
    const desk = openDesk()
    const { report } = await ended(desk, desk.start({ ...ASKED, ...change }, 'admin'))
    expect(report?.after.rules).toBe(rules)
    expect(report?.before?.rules).toBe(1)
  })

  it('leaves out rules of the API that the tried ones stand over', async () => {
    const own = [
      {
        id: 'hot',
        title: { zh: '热', en: 'Hot' },
        category: 'other',
        kind: 'threshold',
        where: { metric: 'v' },
        above: 39,
        severity: 'minor',
      },
    ]
    const desk = openDesk({ inForce: () => ({ files: IN_FORCE.files, own: own as never }) })
    const { report } = await ended(desk, desk.start(ASKED, 'admin'))
    expect([report?.before?.alerts, report?.after.alerts]).toEqual([30, 0])
  })

  it('names the faults of rules, and turns away impossible times', () => {
    const desk = openDesk()
    const start = (change: Partial<BacktestRequest>) => () => desk.start({ ...ASKED, ...change }, 'admin')
    expect(start({ rules: 'rules: [{ id: x }]' })).toThrow(/rules:1:9 kind is missing/)
    expect(start({ rules: '{' })).toThrow(expect.objectContaining({ code: 'rules_invalid' }))
    expect(start({ fromMs: ASKED.toMs })).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(start({ fromMs: NOW, toMs: NOW + 1 })).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(start({ fromMs: 0, warmUpMs: 1 })).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  it('runs one at a time, ends it when asked, and forgets one that is over', async () => {
    const desk = openDesk({ whenIdle: () => new Promise(() => {}) })
    const first = desk.start(ASKED, 'admin')
    expect(() => desk.start(ASKED, 'admin')).toThrow(expect.objectContaining({ code: 'conflict' }))

    desk.remove(first.id)
    expect(await ended(desk, first)).toMatchObject({ state: 'cancelled', error: { code: 'stopped' } })
    desk.remove(first.id)
    expect(() => desk.get(first.id)).toThrow(expect.objectContaining({ code: 'not_found' }))
    desk.start(ASKED, 'admin')
  })

  it('fails as the database does, and goes on with the next', async () => {
    let away = true
    const swing = createSwing(20)
    const gone = new AppError('database_unavailable', 'the database is away')
    const arrivedReadings: ArrivalHistory['arrivedReadings'] = (query) =>
      away ? Promise.reject(gone) : swing.arrivedReadings(query)
    const desk = openDesk({ history: { ...swing, arrivedReadings } })

    const failed = await ended(desk, desk.start(ASKED, 'admin'))
    away = false

    expect(failed).toMatchObject({ state: 'failed', error: { code: 'database_unavailable' } })
    expect((await ended(desk, desk.start(ASKED, 'admin'))).report?.readings).toBe(20)
  })

  it('does not take time that has not passed for silence', async () => {
    const desk = openDesk()
    const job = await ended(desk, desk.start({ ...ASKED, toMs: NOW + 86_400_000 }, 'admin'))
    expect(job.toMs).toBe(NOW)
  })

  it('keeps the last ones only', async () => {
    const desk = openDesk({ history: createSwing(1), keep: 2 })
    const jobs: BacktestJob[] = []
    for (let i = 0; i < 3; i++) jobs.push(await ended(desk, desk.start({ ...ASKED, compare: false }, 'admin')))
    expect(desk.list().map(({ id }) => id)).toEqual([jobs[2]?.id, jobs[1]?.id])
  })
})
