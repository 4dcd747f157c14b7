import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import type { RuleDetailView, RuleView } from '../../dashboards/contract.ts'
import { printRules } from '../../detectors/rules/files/print-rules.ts'
import { openRuleDesk } from '../app/a-rule-desk.ts'
import { aRuleSpec } from '../detectors/rules/a-rule-spec.ts'
import { ADMIN, createMemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const AT = '2026-11-22T09:30:00.000Z'

let dir: string
let stop: () => void
let api: FastifyInstance

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huying-rules-api-'))
  await writeFile(join(dir, 'mine.yaml'), printRules([aRuleSpec('in-file', { above: 30 })]))
  const opened = await openRuleDesk(dir, () => NOW)
  stop = opened.stop
  api = await createApi({ ...createMemoryPorts({ nowMs: () => NOW }), rules: opened.desk })
})
afterEach(async () => {
  stop()
  await api.close()
  await rm(dir, { recursive: true, force: true })
})

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

async function call(method: Method, path: string, payload?: InjectOptions['payload'], token: string = ADMIN) {
  const yaml = typeof payload === 'string' && { 'content-type': 'application/yaml' }
  const headers = { authorization: `Bearer ${token}`, ...yaml }
  const response = await api.inject({ method, url: `/api/v1/rules${path}`, headers, ...(payload && { payload }) })
  const isJson = String(response.headers['content-type']).includes('json')
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: isJson ? response.json() : null,
  }
}
const listed = async (query = '') => (await call('GET', query)).body.items as RuleView[]
const limitOf = async (id: string) => ((await call('GET', `/${id}`)).body as RuleDetailView).spec.above

describe('who may do what', () => {
  test.each([
    ['a viewer reads rules', VIEWER, 'GET', '', undefined, 200],
    ['a viewer exports them', VIEWER, 'GET', '/export', undefined, 200],
    ['a viewer may have a rule checked', VIEWER, 'POST', '/check', aRuleSpec('a'), 200],
    ['an operator may not make one', OPERATOR, 'POST', '', aRuleSpec('a'), 403],
    ['an operator may not replace one', OPERATOR, 'PUT', '/in-file', aRuleSpec('in-file'), 403],
    ['an operator may not remove one', OPERATOR, 'DELETE', '/in-file', undefined, 403],
    ['an operator may not roll back', OPERATOR, 'POST', '/in-file/rollback', { version: 1 }, 403],
    ['an operator may not import', OPERATOR, 'POST', '/import', 'rules: []', 403],
    ['an operator may not fill a template', OPERATOR, 'POST', '/from-template', { template: 'leak', id: 'a' }, 403],
  ] as const)('%s', async (_, token, method, path, payload, status) => {
    expect((await call(method, path, payload as InjectOptions['payload'], token)).status).toBe(status)
  })
})

describe('the list of rules', () => {
  it('has those of huying, of the folder, and of the API, and says which is which', async () => {
    await call('POST', '', aRuleSpec('own'))
    await call('PUT', '/smoke-high', { ...aRuleSpec('smoke-high'), enabled: false })

    const rules = await listed()

    expect(rules.find(({ id }) => id === 'in-file')).toEqual({
      id: 'in-file',
      title: { zh: '过热', en: 'Too hot' },
      category: 'climate',
      kind: 'threshold',
      lifeSafety: false,
      raises: true,
      state: 'active',
      source: 'file',
      path: join(dir, 'mine.yaml'),
      overrides: false,
      version: 1,
      changedAt: AT,
      changedBy: 'file',
    })
    const told = ({ id, state, source, overrides, path, version }: RuleView) => [
      id,
      state,
      source,
      overrides,
      path,
      version,
    ]
    expect(rules.filter(({ id }) => ['gas-leak', 'own', 'smoke-high'].includes(id)).map(told)).toEqual([
      ['gas-leak', 'active', 'shipped', false, 'shipped/gas.yaml', 1],
      ['own', 'active', 'own', false, undefined, 1],
      ['smoke-high', 'off', 'own', true, 'shipped/smoke.yaml', 2],
    ])
  })

  it('can be narrowed', async () => {
    await call('POST', '', aRuleSpec('own'))

    expect((await listed('?source=own')).map(({ id }) => id)).toEqual(['own'])
    expect((await listed('?source=file&kind=threshold&category=climate')).map(({ id }) => id)).toEqual(['in-file'])
    expect(await listed('?state=off')).toEqual([])
    expect((await call('GET', '?colour=red')).status).toBe(400)
  })

  it('names the faults of files, while the old ones stay in force', async () => {
    await writeFile(join(dir, 'wrong.yaml'), 'rules: [{ id: a }]\n')
    const faultsNow = async () => (await call('GET', '')).body.faults as unknown[]
    const faults = await vi.waitFor(async () => {
      const found = await faultsNow()
      expect(found).not.toEqual([])
      return found
    })

    expect(faults).toMatchObject([{ file: join(dir, 'wrong.yaml'), line: 1, message: /kind is missing/ }])
    expect(await limitOf('in-file')).toBe(30)
  })
})

describe('one rule', () => {
  it('comes as JSON and as the text of a rule file, with what the file says where it stands over one', async () => {
    await call('PUT', '/in-file', aRuleSpec('in-file', { above: 40 }))

    const { body } = await call('GET', '/in-file')

    expect(body).toMatchObject({
      spec: { above: 40 },
      fileSpec: { above: 30 },
      overrides: true,
      version: 2,
      changedBy: 'admin',
    })
    expect(body.yaml).toBe(printRules([aRuleSpec('in-file', { above: 40 })]))
  })

  it('is 404 when there is none', async () => {
    expect((await call('GET', '/nothing')).body.error).toMatchObject({ code: 'not_found', message: 'no such rule' })
    expect((await call('GET', '/nothing/versions')).status).toBe(404)
    expect((await call('DELETE', '/nothing')).status).toBe(404)
  })

  it('may be given as YAML', async () => {
    const made = await call('POST', '', printRules([aRuleSpec('own', { above: 12 })]))

    expect([made.status, made.headers.location]).toEqual([201, '/api/v1/rules/own'])
    expect(await limitOf('own')).toBe(12)
  })

  it('is made once: a second time the id is taken', async () => {
    expect((await call('POST', '', aRuleSpec('own'))).status).toBe(201)
    expect((await call('POST', '', aRuleSpec('own'))).body.error.code).toBe('conflict')
    expect((await call('POST', '', aRuleSpec('gas-leak'))).body.error.code).toBe('conflict')
  })

  it('is replaced, and replacing it by the same again is no change', async () => {
    for (const above of [1, 2, 2]) await call('PUT', '/own', aRuleSpec('own', { above }))

    expect((await call('GET', '/own')).body.version).toBe(2)
  })

  it('takes its id from the path, and refuses another one', async () => {
    const { id: _, ...nameless } = aRuleSpec('own')

    expect((await call('PUT', '/own', nameless)).body.id).toBe('own')
    expect((await call('PUT', '/own', aRuleSpec('other'))).body.error).toMatchObject({
      code: 'bad_request',
      message: 'the text must hold one rule, own',
    })
    expect((await call('PUT', '/own', printRules([aRuleSpec('own'), aRuleSpec('more')]))).status).toBe(400)
  })

  it('is refused with every fault, by key, and by line and column of its text', async () => {
    const { status, body } = await call('PUT', '/own', aRuleSpec('own', { severity: 'huge', above: 'warm' }))

    expect([status, body.error.code]).toEqual([400, 'rules_invalid'])
    expect(body.error.details.faults).toEqual([
      { file: 'body', line: 11, column: 12, pointer: '/above', message: expect.stringMatching(/^above must be/) },
      {
        file: 'body',
        line: 12,
        column: 15,
        pointer: '/severity',
        message: 'severity must be one of critical, major, minor, warning, not "huge"',
      },
    ])
    expect(body.error.details.yaml.split('\n')[10]).toBe('    above: warm')
    expect((await call('GET', '/own')).status).toBe(404)
  })

  it('is only changed as it was seen, when the caller says so', async () => {
    await call('PUT', '/own?expectedVersion=0', aRuleSpec('own', { above: 1 }))

    const late = await call('PUT', '/own?expectedVersion=0', aRuleSpec('own', { above: 2 }))
    const lateToo = await call('DELETE', '/own?expectedVersion=7')

    expect([late.body.error.code, lateToo.body.error.code]).toEqual(['conflict', 'conflict'])
    expect(late.body.error.details).toEqual({ version: 1, expected: 0 })
    expect(await limitOf('own')).toBe(1)
  })

  it('is removed, and what a file says holds again', async () => {
    await call('PUT', '/in-file', aRuleSpec('in-file', { above: 40 }))

    const removed = await call('DELETE', '/in-file')

    expect(removed.body).toEqual({
      applied: true,
      changes: [
        {
          rule: 'in-file',
          change: 'changed',
          version: 3,
          differences: [{ path: '/above', before: 40, after: 30 }],
        },
      ],
      unchanged: [],
    })
    expect(await limitOf('in-file')).toBe(30)
    expect((await call('DELETE', '/in-file')).body.error).toMatchObject({
      code: 'conflict',
      message: 'the rule is in a file: change that, or switch it off',
    })
  })

  it('can be checked without changing anything', async () => {
    const fine = await call('POST', '/check', aRuleSpec('in-file', { above: 31 }))
    const wrong = await call('POST', '/check', 'rules: [{ id: a, kind: sing }]')

    expect(fine.body).toMatchObject({ applied: false, changes: [{ rule: 'in-file', change: 'changed' }] })
    expect(wrong.body.error.details.faults).toMatchObject([{ file: 'body', line: 1, pointer: '/rules/0/kind' }])
    expect(await limitOf('in-file')).toBe(30)
  })
})

describe('the history of a rule', () => {
  beforeEach(async () => {
    for (const above of [10, 20]) await call('PUT', '/own', aRuleSpec('own', { above }))
    await call('DELETE', '/own')
  })

  it('outlives the rule: who, when, how, and what held', async () => {
    const { body } = await call('GET', '/own/versions')

    expect(body.items).toEqual([
      { version: 3, at: AT, by: 'admin', source: 'api' },
      { version: 2, at: AT, by: 'admin', source: 'api', spec: aRuleSpec('own', { above: 20 }) },
      { version: 1, at: AT, by: 'admin', source: 'api', spec: aRuleSpec('own', { above: 10 }) },
    ])
  })

  it('says where two versions differ', async () => {
    expect((await call('GET', '/own/diff?from=1&to=2')).body).toEqual({
      from: 1,
      to: 2,
      differences: [{ path: '/above', before: 10, after: 20 }],
    })
    expect((await call('GET', '/own/diff')).body).toMatchObject({ from: 2, to: 3, differences: [{ path: '' }] })
    expect((await call('GET', '/own/diff?to=1')).body).toMatchObject({ from: 0, to: 1 })
    expect((await call('GET', '/own/diff?from=9')).body.error).toMatchObject({
      code: 'not_found',
      details: { oldest: 1, newest: 3 },
    })
  })

  it('can be gone back to, as a new version', async () => {
    const back = await call('POST', '/own/rollback', { version: 1, expectedVersion: 3 })

    expect(back.body).toMatchObject({ applied: true, changes: [{ rule: 'own', change: 'new', version: 4 }] })
    expect(await limitOf('own')).toBe(10)
    expect((await call('GET', '/own/versions')).body.items[0]).toMatchObject({ source: 'rollback', restored: 1 })
    expect((await call('POST', '/own/rollback', { version: 1, expectedVersion: 3 })).status).toBe(409)
    expect((await call('POST', '/own/rollback', { version: 3 })).body.changes).toMatchObject([{ change: 'removed' }])
    expect((await call('POST', '/own/rollback', { version: 44 })).status).toBe(404)
  })

  it('begins with what the file says, so that a change of a shipped rule can be gone back from', async () => {
    await call('PUT', '/in-file', aRuleSpec('in-file', { above: 99 }))

    await call('POST', '/in-file/rollback', { version: 1 })

    expect(await limitOf('in-file')).toBe(30)
  })
})

describe('export and import', () => {
  it('an export put in again changes nothing', async () => {
    await call('POST', '', aRuleSpec('own'))
    const exported = await call('GET', '/export')

    const imported = await call('POST', '/import', exported.text)

    expect(exported.headers['content-type']).toBe('application/yaml; charset=utf-8')
    expect(imported.body.changes).toEqual([])
    expect(imported.body.unchanged).toEqual((await listed()).map(({ id }) => id))
  })

  it('exports chosen rules, or only those made over the API', async () => {
    await call('POST', '', aRuleSpec('own'))

    expect((await call('GET', '/export?source=own')).text).toBe(printRules([aRuleSpec('own')]))
    expect((await call('GET', '/export?ids=in-file,own')).text).toBe(
      printRules([aRuleSpec('in-file'), aRuleSpec('own')]),
    )
    expect((await call('GET', '/export?ids=own,nothing')).body.error).toMatchObject({
      code: 'not_found',
      details: { rules: ['nothing'] },
    })
  })

  it('tells before what an import would change, and then does all of it', async () => {
    const rules = [aRuleSpec('new'), aRuleSpec('in-file', { above: 50 }), aRuleSpec('own')]
    await call('POST', '', aRuleSpec('own'))

    const tried = await call('POST', '/import?dryRun=true', printRules(rules))
    const before = await limitOf('in-file')
    const done = await call('POST', '/import', { rules })

    const changes = [
      { rule: 'new', change: 'new', version: 1 },
      { rule: 'in-file', change: 'changed', version: 2, differences: [{ path: '/above', before: 30, after: 50 }] },
    ]
    expect(tried.body).toMatchObject({ applied: false, changes, unchanged: ['own'] })
    expect(done.body).toMatchObject({ applied: true, changes, unchanged: ['own'] })
    expect([before, await limitOf('in-file')]).toEqual([30, 50])
  })

  it('does none of it when one rule is wrong, and names its line', async () => {
    const text = printRules([aRuleSpec('new'), aRuleSpec('bad', { above: 'warm' })])

    const { status, body } = await call('POST', '/import', text)

    expect([status, body.error.details.faults]).toMatchObject([400, [{ line: 22, pointer: '/rules/1/above' }]])
    expect((await call('GET', '/new')).status).toBe(404)
  })

  it.each([
    ['no YAML', 'rules: [', 'not valid YAML'],
    ['no rules', 'rulez: []', 'unknown key rulez'],
    ['a rule twice', printRules([aRuleSpec('a'), aRuleSpec('a')]), 'already used'],
  ])('refuses %s', async (_what, text, message) => {
    const { status, body } = await call('POST', '/import', text)
    expect([status, body.error.code]).toEqual([400, 'rules_invalid'])
    expect(body.error.message).toContain(message)
  })
})

describe('kinds and templates', () => {
  it('tells editors what each kind may say', async () => {
    const { body } = await call('GET', '/kinds')
    const threshold = body.items.find(({ kind }: { kind: string }) => kind === 'threshold')

    expect(body.items.filter(({ about }: { about?: object }) => about === undefined)).toEqual([])
    expect(threshold.about).toEqual({ zh: '数值超出界限', en: 'A value beyond a limit' })
    expect(threshold.schema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['id', 'title', 'category', 'kind', 'where']),
      additionalProperties: false,
      properties: { kind: { const: 'threshold' }, above: { description: expect.any(String) } },
    })
  })

  it('has templates for a type of device, with their parameters', async () => {
    const { body } = await call('GET', '/templates?type=gas-detector')

    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['silent', 'gas-level', 'co-level'])
    expect(body.items[1].parameters[0]).toEqual({
      name: 'low',
      kind: 'number',
      title: { zh: '一级报警', en: 'First alarm' },
      unit: '%LEL',
      default: 10,
      min: 1,
      max: 25,
    })
  })

  it('makes a rule of a template', async () => {
    const wish = {
      template: 'leak',
      id: 'cellar-leak',
      parameters: { severity: 'critical' },
      where: { place: '*地下室*' },
    }

    const tried = await call('POST', '/from-template', { ...wish, dryRun: true })
    const made = await call('POST', '/from-template', wish)

    expect(tried.body).toMatchObject({ applied: false, changes: [{ rule: 'cellar-leak', change: 'new', version: 1 }] })
    expect(made.body).toEqual({ ...tried.body, applied: true })
    expect((await call('GET', '/cellar-leak')).body).toMatchObject({
      source: 'own',
      spec: { severity: 'critical', where: { type: 'water-leak', place: '*地下室*', metric: 'leak' } },
    })
    expect((await call('GET', '/cellar-leak/versions')).body.items[0].source).toBe('template')
    expect((await call('POST', '/from-template', wish)).status).toBe(409)
  })

  it.each([
    ['an unknown template', { template: 'none', id: 'a' }, 'not_found'],
    ['a parameter out of its bounds', { template: 'smoke-level', id: 'a', parameters: { limit: 7 } }, 'bad_request'],
    ['a where that rules do not know', { template: 'leak', id: 'a', where: { colour: 'red' } }, 'rules_invalid'],
    ['an id that is none', { template: 'leak', id: 'a b' }, 'rules_invalid'],
  ])('refuses %s', async (_what, wish, code) => {
    expect((await call('POST', '/from-template', wish)).body.error.code).toBe(code)
  })
})

it('all of it stands in the OpenAPI document', async () => {
  const { paths } = (await api.inject({ url: '/docs/json' })).json()

  expect(
    Object.entries(paths as Record<string, object>)
      .filter(([path]) => path.startsWith('/api/v1/rules') && !path.startsWith('/api/v1/rules/backtest'))
      .map(([path, methods]) => `${Object.keys(methods).sort().join(',')} ${path}`)
      .sort(),
  ).toEqual(
    expect.arrayContaining([
      'delete,get,put /api/v1/rules/{id}',
      'get /api/v1/rules/export',
      'get /api/v1/rules/kinds',
      'get /api/v1/rules/templates',
      'get /api/v1/rules/{id}/diff',
      'get /api/v1/rules/{id}/versions',
      'get,post /api/v1/rules',
      'post /api/v1/rules/check',
      'post /api/v1/rules/from-template',
      'post /api/v1/rules/import',
      'post /api/v1/rules/{id}/rollback',
    ]),
  )
})
