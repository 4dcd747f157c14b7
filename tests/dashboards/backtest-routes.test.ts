import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Episode, RunReport } from '../../core/backtest-report.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import type { createMemoryBacktests } from './memory-backtests.ts'
import { ADMIN, createMemoryPorts, OPERATOR } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const PATH = '/api/v1/rules/backtest'
const RULES = 'rules: [{ id: x }]'

let backtests: ReturnType<typeof createMemoryBacktests>
let api: FastifyInstance

beforeEach(async () => {
  const ports = createMemoryPorts({ nowMs: () => NOW })
  backtests = ports.backtests as typeof backtests
  api = await createApi(ports)
})
afterEach(() => api.close())

const call = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, token = ADMIN) =>
  api.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { payload: body }),
  } as InjectOptions)

const SPAN = { from: '2026-11-01T00:00:00+08:00', to: '1763798400000' }
const EPISODE: Episode = {
  rule: 'hot',
  subject: { device: 'd1', metric: 'v' },
  place: '东园',
  raisedAtMs: NOW,
  clearedAtMs: null,
  severity: 'minor',
}
const RUN: RunReport = {
  ...{ rulesVersion: 'abc', rules: 1, alerts: 1, historical: 0, stillActive: 1, floodMinutes: 0, floods: 0 },
  perDay: [{ day: '2026-11-22', alerts: 1 }],
  perPlace: [{ place: '东园', alerts: 1 }],
  otherPlaces: null,
  perRule: [
    {
      rule: 'hot',
      title: { zh: '热', en: 'Hot' },
      alerts: 1,
      bySeverity: { minor: 1 },
      activeMs: 1500,
      longestMs: 1500,
    },
  ],
  bySeverity: { minor: 1 },
  activeMs: 1500,
  longest: EPISODE,
}

describe('back-tests over the API', () => {
  it('start with text or with rules as JSON, as measured and against the rules in force unless said otherwise', async () => {
    const text = await call('POST', PATH, { rules: RULES, ...SPAN })
    expect([text.statusCode, text.headers.location]).toEqual([202, `${PATH}/job-1`])
    expect(text.json()).toMatchObject({
      id: 'job-1',
      state: 'running',
      by: 'measured',
      from: '2026-10-31T16:00:00.000Z',
      done: 0.5,
    })
    for (const rules of [{ id: 'x' }, [{ id: 'x' }], { rules: [{ id: 'x' }], places: [] }]) {
      backtests.jobs[0]!.state = 'done'
      backtests.jobs.length = 1
      const answer = await call('POST', PATH, {
        rules,
        ...SPAN,
        against: 'none',
        whole: true,
        by: 'arrival',
        warmUpS: 0,
      })
      expect(answer.statusCode).toBe(202)
    }
    const span = { fromMs: Date.UTC(2026, 9, 31, 16), toMs: 1_763_798_400_000 }
    const asJson = { whole: true, compare: false, by: 'arrival', warmUpMs: 0, ...span }
    expect(backtests.asked).toEqual([
      { rules: RULES, whole: false, compare: true, by: 'measured', warmUpMs: 86_400_000, ...span },
      { rules: '{"rules":[{"id":"x"}]}', ...asJson },
      { rules: '{"rules":[{"id":"x"}]}', ...asJson },
      { rules: '{"rules":[{"id":"x"}],"places":[]}', ...asJson },
    ])
  })

  it('are followed, listed, and ended', async () => {
    await call('POST', PATH, { rules: RULES, ...SPAN })
    expect((await call('GET', `${PATH}/job-1`)).json()).toMatchObject({ state: 'running', readings: 7 })
    expect((await call('GET', PATH)).json()).toMatchObject({ items: [{ id: 'job-1', startedBy: 'admin' }] })
    expect((await call('DELETE', `${PATH}/job-1`)).statusCode).toBe(204)
    expect((await call('GET', `${PATH}/job-1`)).json()).toMatchObject({ state: 'cancelled' })
    expect((await call('GET', `${PATH}/job-9`)).statusCode).toBe(404)
    expect((await call('DELETE', `${PATH}/job-9`)).statusCode).toBe(404)
  })

  it('give their report with times as ISO 8601 and spans in seconds', async () => {
    await call('POST', PATH, { rules: RULES, ...SPAN })
    const changed = { before: EPISODE, after: { ...EPISODE, clearedAtMs: NOW + 1000 } }
    const diff = { same: 0, added: 1, vanished: 0, changed: 1, perRule: [], complete: true }
    const lists = { addedFirst: [EPISODE], vanishedFirst: [], changedFirst: [changed] }
    Object.assign(backtests.jobs[0]!, {
      state: 'done',
      endedAtMs: NOW,
      report: {
        ...{ fromMs: NOW, toMs: NOW + 1, judgedFromMs: NOW - 1, observations: 2, readings: 3, devices: 1 },
        ...{ before: RUN, after: RUN, diff: { ...diff, ...lists } },
      },
    })
    const { report, endedAt } = (await call('GET', `${PATH}/job-1`)).json()
    expect(endedAt).toBe('2026-11-22T09:30:00.000Z')
    expect(report).toMatchObject({
      ...{ from: '2026-11-22T09:30:00.000Z', judgedFrom: '2026-11-22T09:29:59.999Z', readings: 3 },
      after: { activeS: 1.5, perRule: [{ activeS: 1.5, longestS: 1.5 }], longest: { clearedAt: null } },
      diff: {
        addedFirst: [{ raisedAt: '2026-11-22T09:30:00.000Z' }],
        changedFirst: [{ after: { clearedAt: '2026-11-22T09:30:01.000Z' } }],
      },
    })
    expect(JSON.stringify(report)).not.toContain('Ms"')
    expect((await call('GET', PATH)).json().items[0]).not.toHaveProperty('report')
  })

  it.each([
    ['wrong rules', { rules: 'bad', ...SPAN }, 400, 'rules_invalid'],
    ['a time that is none', { rules: RULES, ...SPAN, from: 'yesterday' }, 400, 'bad_request'],
    ['no rules', SPAN, 400, 'bad_request'],
    ['a key that is not known', { rules: RULES, ...SPAN, until: '1' }, 400, 'bad_request'],
    ['another time to be told by', { rules: RULES, ...SPAN, by: 'heart' }, 400, 'bad_request'],
  ])('refuse %s', async (_what, body, status, code) => {
    const answer = await call('POST', PATH, body)
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code])
  })

  it('are for administrators, one at a time', async () => {
    expect((await call('POST', PATH, { rules: RULES, ...SPAN }, OPERATOR)).statusCode).toBe(403)
    expect((await call('GET', PATH, undefined, OPERATOR)).statusCode).toBe(403)
    await call('POST', PATH, { rules: RULES, ...SPAN })
    expect((await call('POST', PATH, { rules: RULES, ...SPAN })).statusCode).toBe(409)
  })
})
