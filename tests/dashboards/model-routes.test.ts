import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { measureModels } from '../../app/measure-models.ts'
import { AppError } from '../../core/errors.ts'
import type { ModelInForce, ModelsReport } from '../../core/vision-models.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { ADMIN, createMemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const since = '2026-11-22T09:30:00.000Z'

const model = (id: string): ModelInForce => ({
  id,
  sha256: 'a'.repeat(64),
  family: 'compact',
  inputs: ['images float32 [1, 3, 320, 320]'],
  outputs: ['boxes float32 [1, 2100, 4]', 'scores float32 [1, 2100, 2]'],
  widthPx: 320,
  heightPx: 320,
  classes: ['boat', 'debris'],
  thresholds: { boat: 0.5, debris: 0.4 },
  licence: 'Apache-2.0',
  origin: 'tests',
  sinceMs: NOW,
  workers: 1,
})
const report: ModelsReport = {
  active: model('old'),
  shadow: model('dark'),
  comparison: {
    ...{ sinceMs: NOW, frames: 10, failed: 1, late: 2, skipped: 3 },
    byClass: { boat: { both: 4, onlyActive: 5, onlyShadow: 6 } },
  },
  fault: null,
}

let reload: () => Promise<{ changed: boolean }>
let api: FastifyInstance
beforeEach(async () => {
  const ports = createMemoryPorts({ nowMs: () => NOW })
  api = await createApi({ ...ports, models: { report: () => report, reload: () => reload() } })
})
afterEach(() => api.close())

const call = (method: 'GET' | 'POST', url: string, token: string) =>
  api.inject({ method, url, headers: { authorization: `Bearer ${token}` } })

it('tells which models look at frames, and how the shadow compares', async () => {
  const answer = await call('GET', '/api/v1/models', VIEWER)

  expect(answer.statusCode).toBe(200)
  const { sinceMs: _, ...shown } = model('old')
  expect(answer.json()).toEqual({
    active: { ...shown, since },
    shadow: { ...shown, id: 'dark', since },
    comparison: {
      ...{ since, frames: 10, failed: 1, late: 2, skipped: 3 },
      byClass: { boat: { both: 4, onlyActive: 5, onlyShadow: 6 } },
    },
    fault: null,
  })
})

it('reads the manifest again for an administrator', async () => {
  reload = async () => ({ changed: true })

  expect((await call('POST', '/api/v1/models/reload', OPERATOR)).statusCode).toBe(403)
  const answer = await call('POST', '/api/v1/models/reload', ADMIN)

  expect(answer.json()).toMatchObject({ changed: true, models: { active: { id: 'old' } } })
})

it('answers a wrong manifest with 409 and what is wrong', async () => {
  reload = () => Promise.reject(new AppError('conflict', 'the old models stay in force: m.yaml is not YAML'))

  const answer = await call('POST', '/api/v1/models/reload', ADMIN)

  expect(answer.statusCode).toBe(409)
  expect(answer.json().error).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching('the old models stay in force'),
  })
})

it('is measured', () => {
  const lines = measureModels({ ...report, fault: 'wrong' }).map(({ name, labels, value }) => {
    const text = Object.entries(labels ?? {}).map(([key, label]) => `${key}=${label}`)
    return `${name}{${text.join(',')}} ${value}`
  })

  expect(lines).toEqual([
    'huying_model_info{role=active,model=old,family=compact} 1',
    'huying_model_info{role=shadow,model=dark,family=compact} 1',
    'huying_model_workers{role=active} 1',
    'huying_model_workers{role=shadow} 1',
    'huying_model_manifest_faulty{} 1',
    'huying_shadow_frames_total{outcome=compared} 10',
    'huying_shadow_frames_total{outcome=failed} 1',
    'huying_shadow_frames_total{outcome=late} 2',
    'huying_shadow_frames_total{outcome=skipped} 3',
    'huying_shadow_detections_total{class=boat,by=both} 4',
    'huying_shadow_detections_total{class=boat,by=active} 5',
    'huying_shadow_detections_total{class=boat,by=shadow} 6',
  ])
})
