import { readFileSync } from 'node:fs'
import type { FastifyInstance, InjectOptions } from 'fastify'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { Finding } from '../../core/finding.ts'
import type { FrameRow } from '../../core/history.ts'
import type { FlightDetail } from '../../core/patrol.ts'
import { assetPath } from '../../core/source-path.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { aFinding, aSighting, aVerdict } from '../core/a-finding.ts'
import { alertOf } from './alert-of.ts'
import { ADMIN, createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER, WITNESS } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const POND = readFileSync(assetPath('tests/fixtures/frames/pond-dummy-cone.jpg'))
/** As in `annotations.json`. */
const annotations = JSON.parse(readFileSync(assetPath('tests/fixtures/frames/annotations.json'), 'utf8')) as Record<
  string,
  { label: string; box: [number, number, number, number] }[]
>
const PERSON = annotations['pond-dummy-cone.jpg']!.find(({ label }) => label === 'person')!.box
const CONE = annotations['pond-dummy-cone.jpg']!.find(({ label }) => label === 'debris')!.box

let ports: MemoryPorts
let api: FastifyInstance

beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  api = await createApi(ports)
})
afterEach(() => api.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  options: InjectOptions & { as?: string } = {},
) {
  const { as = ADMIN, headers, ...rest } = options
  const response = await api.inject({ method, url, headers: { ...bearer(as), ...headers }, ...rest })
  const isJson = String(response.headers['content-type']).includes('json')
  return {
    status: response.statusCode,
    headers: response.headers,
    bytes: response.rawPayload,
    body: isJson ? response.json() : null,
  }
}

function aFrame(changes: Partial<FrameRow> & { frameId: string }): FrameRow {
  return {
    ...{ device: 'drone-1', atMs: NOW, sha256: '', widthPx: 640, heightPx: 640, pose: {}, state: 'analysed' },
    ...{ model: 'river-1', detections: [{ label: 'person', score: 0.87, box: PERSON }] },
    ...changes,
  }
}

/** Mean absolute difference of a part of two pictures, 0…255. */
async function differenceIn([left, top, width, height]: number[], a: Buffer, b: Buffer): Promise<number> {
  const region = { left: left!, top: top!, width: width!, height: height! }
  const [p, q] = await Promise.all([a, b].map((jpeg) => sharp(jpeg).extract(region).greyscale().raw().toBuffer()))
  return p!.reduce((sum, value, i) => sum + Math.abs(value - q![i]!), 0) / p!.length
}
const whole = ([x, y, w, h]: readonly number[]) => [Math.round(x!), Math.round(y!), Math.round(w!), Math.round(h!)]

describe('a frame as people get to see it', () => {
  beforeEach(() => ports.addFrame(aFrame({ frameId: 'frame-1' }), POND))

  it('has people covered and no metadata, also for those who may see more', async () => {
    for (const as of [VIEWER, ADMIN]) {
      const { status, headers, bytes } = await call('GET', '/api/v1/frames/frame-1/image', { as })
      expect([status, headers['content-type']]).toEqual([200, 'image/jpeg'])
      expect(await differenceIn(whole(PERSON), POND, bytes)).toBeGreaterThan(8)
      expect(await differenceIn(whole(CONE), POND, bytes)).toBeLessThan(4)
    }
  })

  it('also covers those of whom the model was too unsure to report them', async () => {
    ports.addFrame(aFrame({ frameId: 'frame-2', detections: [], people: [PERSON] }), POND)
    const { bytes } = await call('GET', '/api/v1/frames/frame-2/image?longest=640')
    expect(await differenceIn(whole(PERSON), POND, bytes)).toBeGreaterThan(8)
  })

  it('comes as small as it is asked for', async () => {
    const { bytes } = await call('GET', '/api/v1/frames/frame-1/image?longest=160')
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 160, height: 160 })
  })

  test.each([
    ['queued', 409, 'not_analysed'],
    ['refused', 404, 'not_found'],
  ] as const)('is not shown while nobody knows who is in it: %s', async (state, status, code) => {
    ports.addFrame(aFrame({ frameId: 'frame-3', state, detections: [] }), POND)
    expect(await call('GET', '/api/v1/frames/frame-3/image')).toMatchObject({ status, body: { error: { code } } })
    expect((await call('GET', '/api/v1/frames/frame-3/original?reason=check', { as: WITNESS })).status).toBe(200)
  })

  it('is never given as it was sent under its digest', async () => {
    const { sha256 } = (await call('GET', '/api/v1/frames/frame-1')).body
    expect((await call('GET', `/api/v1/evidence/${sha256}`)).status).toBe(404)
  })
})

describe('the original', () => {
  beforeEach(() => ports.addFrame(aFrame({ frameId: 'frame-1' }), POND))
  const original = (as: string, reason = 'complaint 2026-118') =>
    call('GET', `/api/v1/frames/frame-1/original?reason=${encodeURIComponent(reason)}`, { as })

  it('is for those who have the right to it, and every view is written down with who and why', async () => {
    const { status, bytes, headers } = await original(WITNESS)
    const { sha256 } = (await call('GET', '/api/v1/frames/frame-1')).body

    expect(status).toBe(200)
    expect(bytes.equals(POND)).toBe(true)
    expect(headers['cache-control']).toBe('private, no-store')
    expect(ports.ledger).toEqual([
      { type: 'original.viewed', atMs: NOW, by: 'witness', frameId: 'frame-1', sha256, reason: 'complaint 2026-118' },
    ])
    expect((await original(ADMIN)).status).toBe(200)
  })

  it('is refused to viewers and operators, and to anybody without a reason; nothing is written down then', async () => {
    expect([(await original(VIEWER)).status, (await original(OPERATOR)).status]).toEqual([403, 403])
    expect([(await original(WITNESS, '')).status, (await original(WITNESS, ' ')).status]).toEqual([400, 400])
    expect((await call('GET', '/api/v1/frames/frame-1/original', { as: WITNESS })).status).toBe(400)
    expect((await call('GET', '/api/v1/frames/none/original?reason=x', { as: WITNESS })).status).toBe(404)
    expect(ports.ledger).toEqual([])
  })

  it('is a right of its own that a session shows', async () => {
    expect((await call('GET', '/api/v1/session', { as: WITNESS })).body).toMatchObject({
      rights: 'view',
      originals: true,
    })
    expect((await call('GET', '/api/v1/session', { as: OPERATOR })).body).toMatchObject({ originals: false })
    expect((await call('GET', '/api/v1/session')).body).toMatchObject({ originals: true })
  })
})

describe('findings', () => {
  const swimmer = aFinding({ id: 'f2-0', label: 'person', best: aSighting({ box: PERSON }) })
  beforeEach(() => {
    ports.addFrame(aFrame({ frameId: 'frame-1' }), POND)
    ports.patrol.addFinding(aFinding({ id: 'f1-0', best: aSighting({ box: CONE }) }))
    ports.patrol.addFinding(swimmer)
  })

  it('are listed with their chainage, their review and the paths of their pictures', async () => {
    const { body } = await call('GET', '/api/v1/findings?label=debris', { as: VIEWER })
    expect(body).toEqual({
      items: [
        {
          ...{ id: 'f1-0', label: 'debris', presence: 'present', position: { lat: 31.3, lon: 120.6 }, radiusM: 1.5 },
          place: {
            ...{ river: '文津河', reach: 'R-2', reachName: '上塘段', chainage: 'K1+240', alongM: 1240 },
            ...{ offsetM: 8, bank: 'left' },
          },
          ...{ areaM2: 2.4, firstAt: '2026-11-22T08:00:00.000Z', lastAt: '2026-11-22T08:00:00.000Z', sightings: 3 },
          ...{ score: 0.8, review: 'undecided', verdictCount: 0 },
          best: {
            ...{ frameId: 'frame-1', flightId: 'flight-1', at: '2026-11-22T08:00:00.000Z', score: 0.8, box: CONE },
            ...{ position: { lat: 31.3, lon: 120.6 }, radiusM: 1.5, areaM2: 2.4, heightM: 40, model: 'river-1' },
          },
          lastLook: { flightId: 'flight-1', frameId: 'frame-1', at: '2026-11-22T08:00:00.000Z' },
          crop: '/api/v1/findings/f1-0/crop',
          picture: '/api/v1/frames/frame-1/image?finding=f1-0',
        },
      ],
    })
  })

  it('are paged, and one is told with its flights, verdicts and open alerts', async () => {
    ports.change(
      alertOf({ id: 'A-1', finding: { id: 'f1-0', label: 'debris', review: 'undecided', frameId: 'frame-1' } }),
    )
    const first = await call('GET', '/api/v1/findings?limit=1')
    const second = await call('GET', `/api/v1/findings?limit=1&cursor=${first.body.nextCursor}`)
    const one = await call('GET', '/api/v1/findings/f1-0')

    expect([first.body.items[0].id, second.body.items[0].id, second.body.nextCursor]).toEqual([
      'f1-0',
      'f2-0',
      undefined,
    ])
    expect(one.body).toMatchObject({ id: 'f1-0', alerts: ['A-1'], verdicts: [], flights: [{ flightId: 'flight-1' }] })
    expect((await call('GET', '/api/v1/findings/f404-0')).status).toBe(404)
    expect((await call('GET', '/api/v1/findings?review=maybe')).status).toBe(400)
  })

  it('are points of GeoJSON, in GCJ-02 only where that is asked for, and always labelled', async () => {
    const wgs = (await call('GET', '/api/v1/findings.geojson?label=debris')).body
    const gcj = (await call('GET', '/api/v1/findings.geojson?label=debris&crs=gcj02')).body

    expect(wgs.features).toHaveLength(1)
    expect(wgs.features[0]).toMatchObject({
      ...{ type: 'Feature', id: 'f1-0', geometry: { type: 'Point', coordinates: [120.6, 31.3] } },
      properties: { crs: 'WGS-84', label: 'debris', review: 'undecided', place: { chainage: 'K1+240' } },
    })
    expect(wgs.features[0].properties).not.toHaveProperty('position')
    // The shift at Suzhou as published maps have it: some 400 m east and 240 m south.
    expect(gcj.features[0].geometry.coordinates).toEqual([expect.closeTo(120.60417, 4), expect.closeTo(31.29781, 4)])
    expect(gcj.features[0].properties.crs).toBe('GCJ-02')
    expect((await call('GET', '/api/v1/findings.geojson?crs=bd09')).status).toBe(400)
  })

  it('are shown before and after', async () => {
    const best = aSighting({ frameId: 'frame-9' })
    ports.patrol.addPair('f1-0', {
      before: { flightId: 'flight-0', frameId: 'frame-0', atMs: NOW - 86_400_000 },
      after: { flightId: 'flight-1', frameId: 'frame-9', atMs: NOW, sighting: best },
    })
    expect((await call('GET', '/api/v1/findings/f1-0/pair')).body).toMatchObject({
      before: {
        frameId: 'frame-0',
        at: '2026-11-21T09:30:00.000Z',
        picture: '/api/v1/frames/frame-0/image?finding=f1-0',
      },
      after: { frameId: 'frame-9', sighting: { box: best.box } },
    })
    expect((await call('GET', '/api/v1/findings/f2-0/pair')).status).toBe(404)
  })

  it('have a crop of their best picture, with or without the box', async () => {
    const [boxed, plain, small] = await Promise.all(
      ['', '?box=false', '?longest=100'].map((query) =>
        call('GET', `/api/v1/findings/f1-0/crop${query}`, { as: VIEWER }),
      ),
    )
    expect([boxed!.status, boxed!.headers['content-type']]).toEqual([200, 'image/jpeg'])
    expect(boxed!.bytes.equals(plain!.bytes)).toBe(false)
    const { width, height } = await sharp(small!.bytes).metadata()
    expect(Math.max(width, height)).toBe(100)
  })

  it('show a person only where being there is a violation: raised by a rule, or confirmed', async () => {
    const shows = async () => {
      const { bytes } = await call('GET', '/api/v1/frames/frame-1/image?finding=f2-0', { as: VIEWER })
      return (await differenceIn(whole(PERSON), POND, bytes)) < 4
    }
    const judge = (finding: Finding, verdict: Parameters<typeof aVerdict>[0]) =>
      ports.patrol.addFinding({ ...finding, verdicts: [aVerdict(verdict)] })
    const raised = { id: 'f2-0', label: 'person', review: 'undecided' as const, frameId: 'frame-1' }

    expect(await shows()).toBe(false)
    ports.change(alertOf({ id: 'A-1', finding: raised }))
    expect(await shows()).toBe(true)
    ports.change(alertOf({ id: 'A-1', finding: raised, state: 'cleared', version: 2 }))
    expect(await shows()).toBe(false)
    judge(swimmer, { verdict: 'confirmed' })
    expect(await shows()).toBe(true)
    judge(swimmer, { verdict: 'rejected', reason: 'other' })
    expect(await shows()).toBe(false)
    expect((await call('GET', '/api/v1/frames/frame-1/image?finding=f404')).status).toBe(404)
  })
})

describe('findings of one flight', () => {
  it('are told as that flight saw them, beside the best sighting of all', async () => {
    const best = aSighting({ frameId: 'frame-9', flightId: 'flight-9', score: 0.95 })
    const earlier = { flightId: 'flight-1', firstMs: NOW, lastMs: NOW, sightings: 1, score: 0.6, best: aSighting() }
    ports.patrol.addFinding(
      aFinding({ id: 'f1-0', best, flights: [earlier, { ...earlier, flightId: 'flight-9', best }] }),
    )
    const [of] = (await call('GET', '/api/v1/findings?flight=flight-1')).body.items
    expect([of.best.frameId, of.onFlight.frameId]).toEqual(['frame-9', 'frame-1'])
    expect((await call('GET', '/api/v1/findings')).body.items[0]).not.toHaveProperty('onFlight')
  })

  it('say when two people disagree, and no longer when they do not', async () => {
    const disputed = async (...verdicts: ReturnType<typeof aVerdict>[]) => {
      ports.patrol.addFinding(aFinding({ id: 'f1-0', verdicts }))
      return (await call('GET', '/api/v1/findings/f1-0')).body.disputed
    }
    const yes = aVerdict({ verdict: 'confirmed' })
    const no = aVerdict({ verdict: 'rejected', reason: 'glint' }, { by: 'second' })
    expect(await disputed(yes)).toBeUndefined()
    expect(await disputed(yes, no)).toBe(true)
    expect(await disputed(yes, no, aVerdict({ verdict: 'confirmed' }, { by: 'second' }))).toBeUndefined()
    expect(await disputed(yes, no, aVerdict({ verdict: 'reopened' }))).toBeUndefined()
  })
})

describe('a verdict', () => {
  beforeEach(() => ports.patrol.addFinding(aFinding({ id: 'f1-0' })))
  const judge = (payload: object, as = OPERATOR, key?: string) =>
    call('POST', '/api/v1/findings/f1-0/verdict', { payload, as, ...(key && { headers: { 'idempotency-key': key } }) })

  test.each([
    [{ verdict: 'confirmed', note: 'a fridge' }, 'confirmed'],
    [{ verdict: 'rejected', reason: 'glint' }, 'rejected'],
    [{ verdict: 'duplicate', of: 'f3-1' }, 'duplicate'],
    [{ verdict: 'not_ours', note: 'private pond' }, 'not_ours'],
    [{ verdict: 'reclassed', label: 'algae' }, 'undecided'],
    [{ verdict: 'redrawn', box: [1, 2, 30, 40] }, 'undecided'],
    [{ verdict: 'reopened' }, 'undecided'],
  ])('%j is taken and told with who, when, and of which model', async (word, review) => {
    const { status, body } = await judge(word)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...{ review, verdictCount: 1 },
      verdicts: [{ ...word, by: 'operate', at: '2026-11-22T09:30:00.000Z', model: 'river-1', score: 0.8 }],
    })
  })

  test.each([
    [{ verdict: 'rejected' }, 'rejected needs reason'],
    [{ verdict: 'rejected', reason: 'glint', of: 'f3-1' }, 'of does not belong to rejected'],
    [{ verdict: 'not_ours' }, 'not_ours needs note'],
    [{ verdict: 'redrawn' }, 'redrawn needs box'],
    [{ verdict: 'perhaps' }, 'verdict must be equal to one of the allowed values'],
    [{ verdict: 'confirmed', colour: 'red' }, 'unknown key colour'],
  ])('%j is refused: %s', async (word, message) => {
    const { status, body } = await judge(word)
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(message)])
  })

  it('needs the right to operate, and a finding', async () => {
    expect((await judge({ verdict: 'confirmed' }, VIEWER)).status).toBe(403)
    const answer = await call('POST', '/api/v1/findings/f404/verdict', { payload: { verdict: 'confirmed' } })
    expect(answer.status).toBe(404)
  })

  it('given again with the same key changes nothing; on what others changed meanwhile it is a conflict', async () => {
    await judge({ verdict: 'confirmed' }, OPERATOR, 'k1')
    const again = await judge({ verdict: 'confirmed' }, OPERATOR, 'k1')
    const late = await judge({ verdict: 'rejected', reason: 'glint', expectedVerdicts: 0 })
    expect(again.body.verdictCount).toBe(1)
    expect(late).toMatchObject({ status: 409, body: { error: { code: 'conflict', details: { verdicts: 1 } } } })
    expect((await call('GET', '/api/v1/findings/f1-0')).body.verdicts[0]).not.toHaveProperty('key')
  })
})

describe('what reviews are good for', () => {
  beforeEach(() => {
    ports.addFrame(aFrame({ frameId: 'frame-1' }), POND)
    ports.patrol.addFinding(aFinding({ id: 'f1-0', verdicts: [aVerdict({ verdict: 'confirmed' })] }))
    ports.patrol.addFinding(aFinding({ id: 'f2-0', verdicts: [aVerdict({ verdict: 'rejected', reason: 'glint' })] }))
    ports.patrol.addFinding(aFinding({ id: 'f3-0' }))
  })

  it('is counted with its interval', async () => {
    const { body } = await call('GET', '/api/v1/reviews/statistics', { as: VIEWER })
    expect(body).toMatchObject({
      byClass: [
        {
          label: 'debris',
          reviewed: 2,
          right: 1,
          wrong: 1,
          precision: 0.5,
          interval: [0.0945, 0.9055].map((x) => expect.closeTo(x, 3)),
        },
      ],
      thresholds: [{ label: 'debris', model: 'river-1', suggested: null, reason: 'too_few' }],
    })
    expect((await call('GET', '/api/v1/reviews/statistics?from=2026-11-23')).body.byClass).toEqual([])
  })

  it('is exported as COCO: boxes of what is there, what was wrong apart, and what nobody decided counted', async () => {
    const redrawn = [
      aVerdict({ verdict: 'redrawn', frameId: 'frame-1', box: [10, 20, 30, 40] }),
      aVerdict({ verdict: 'confirmed' }),
    ]
    ports.patrol.addFinding(aFinding({ id: 'f4-0', label: 'algae', modelLabel: 'debris', verdicts: redrawn }))
    ports.patrol.addFinding(aFinding({ id: 'f5-0', verdicts: [aVerdict({ verdict: 'duplicate', of: 'f1-0' })] }))
    ports.patrol.addFinding(aFinding({ id: 'f6-0', verdicts: [aVerdict({ verdict: 'duplicate', of: 'f2-0' })] }))
    const { body, headers } = await call('GET', '/api/v1/reviews/export')

    expect(headers['content-disposition']).toContain('.coco.json')
    expect(body.info).toMatchObject({ 'huying:models': ['river-1'], date_created: '2026-11-22T09:30:00.000Z' })
    expect(body.categories.map(({ name }: { name: string }) => name)).toEqual(['algae', 'debris'])
    expect(body.images).toEqual([
      {
        ...{ id: 1, width: 640, height: 640, date_captured: '2026-11-22T09:30:00.000Z', 'huying:frame': 'frame-1' },
        ...{ file_name: `${body.images[0]['huying:sha256']}.jpg`, coco_url: '/api/v1/frames/frame-1/image' },
        ...{ 'huying:sha256': expect.stringMatching(/^[0-9a-f]{64}$/), 'huying:undecided': 1 },
      },
    ])
    const told = body.annotations.map((one: Record<string, unknown>) => [
      one['huying:finding'],
      one.category_id,
      one.bbox,
      one['huying:verdict'],
    ])
    expect(told).toEqual([
      ['f1-0', 2, [100, 100, 40, 30], 'confirmed'],
      ['f4-0', 1, [10, 20, 30, 40], 'redrawn'],
      ['f5-0', 2, [100, 100, 40, 30], 'duplicate'],
    ])
    expect(body['huying:rejected']).toMatchObject([
      { image_id: 1, label: 'debris', reason: 'glint', 'huying:finding': 'f2-0' },
    ])

    const originals = (await call('GET', '/api/v1/reviews/export?pictures=original&label=debris')).body
    expect(originals.images[0].coco_url).toBe('/api/v1/frames/frame-1/original?reason=training')
  })
})

describe('flights', () => {
  const line = [
    { lat: 31.3, lon: 120.6 },
    { lat: 31.301, lon: 120.6 },
  ]
  const detail: FlightDetail = {
    flight: {
      ...{ id: 'flight-1', device: 'drone-1', beganMs: NOW - 60_000, lastMs: NOW, plan: 'weekly' },
      frames: { expected: 10, received: 8, analysed: 7, refused: 1 },
      media: { promised: 10, delivered: 8, lost: [{ object: 'a/9.jpg', reason: 'no picture' }], awaited: ['a/10.jpg'] },
    },
    track: [
      { atMs: NOW - 60_000, position: line[0]!, heightM: 40 },
      { atMs: NOW, position: line[1]! },
    ],
    coverage: {
      ...{ plannedM: 100, coveredM: 80 },
      gaps: [{ river: '文津河', reach: 'R-2', fromM: 1200, toM: 1220, reason: 'blurred', line }],
      seen: [{ river: '文津河', fromM: 1220, toM: 1300, gsdCm: 2.2, sharpness: 140, frameId: 'frame-1' }],
    },
    frames: [{ frameId: 'frame-1', atMs: NOW, state: 'analysed', gsdCm: 2.2, findings: ['f1-0'] }],
  }
  beforeEach(() => ports.patrol.addFlight(detail))

  it('are told with what they covered, what they did not and why, and pictures that are missing by name', async () => {
    const list = await call('GET', '/api/v1/flights?device=drone-1', { as: VIEWER })
    const { body } = await call('GET', '/api/v1/flights/flight-1')

    expect(list.body.items).toEqual([body.flight])
    expect(body.flight).toMatchObject({ beganAt: '2026-11-22T09:29:00.000Z', media: { awaited: ['a/10.jpg'] } })
    expect(body.flight).not.toHaveProperty('endedAt')
    expect(body.coverage.gaps).toEqual([
      { river: '文津河', reach: 'R-2', fromM: 1200, toM: 1220, from: 'K1+200', to: 'K1+220', reason: 'blurred', line },
    ])
    expect(body.frames).toMatchObject([{ frameId: 'frame-1', at: '2026-11-22T09:30:00.000Z', findings: ['f1-0'] }])
    expect((await call('GET', '/api/v1/flights/none')).status).toBe(404)
  })

  it('are summed up in a log, with the reaches that they look at and when each was last covered', async () => {
    const coverage = {
      ...{ plannedM: 100, coveredM: 80, gaps: [{ reason: 'blurred' as const, lengthM: 20 }] },
      stretches: [{ river: '文津河', reach: 'R-2', plannedM: 100, coveredM: 80 }],
    }
    ports.patrol.addDigest({ flight: detail.flight, coverage, findings: { seen: 3, undecided: 1 } })
    const reach = { id: 'R-2', name: '上塘段', nameEn: 'Shangtang', fromM: 900, toM: 1_750, present: 2, undecided: 1 }
    const never = { ...reach, id: 'R-3', fromM: 1_750, toM: 2_000 }
    const lastCovered = { flightId: 'flight-1', atMs: NOW }
    ports.patrol.addRiver({ name: '文津河', lengthM: 2_000, reaches: [{ ...reach, lastCovered }, never] })

    const log = (await call('GET', '/api/v1/patrols?from=2026-11-01', { as: VIEWER })).body
    expect(log.items).toMatchObject([
      {
        flight: { id: 'flight-1', beganAt: '2026-11-22T09:29:00.000Z' },
        coverage,
        findings: { seen: 3, undecided: 1 },
      },
    ])
    const [river] = (await call('GET', '/api/v1/rivers', { as: VIEWER })).body.items
    expect(river.reaches).toMatchObject([
      { from: 'K0+900', to: 'K1+750', nameEn: 'Shangtang', lastCovered: { at: '2026-11-22T09:30:00.000Z' } },
      { id: 'R-3', from: 'K1+750' },
    ])
    expect(river.reaches[1]).not.toHaveProperty('lastCovered')
  })

  it('are lines of GeoJSON: the track and the gaps', async () => {
    const { body } = await call('GET', '/api/v1/flights/flight-1/coverage.geojson')
    expect(body.features.map(({ properties }: { properties: unknown }) => properties)).toMatchObject([
      { kind: 'track', crs: 'WGS-84' },
      { kind: 'gap', reason: 'blurred', from: 'K1+200', crs: 'WGS-84' },
    ])
    expect(body.features[1].geometry.coordinates[1]).toEqual([120.6, 31.301])
  })

  it('have planned routes, made, changed and withdrawn by operators', async () => {
    const plan = { name: '文津河 weekly', waypoints: [{ position: line[0]!, reach: 'R-2' }, { position: line[1]! }] }
    const put = (payload: object, as = OPERATOR) => call('PUT', '/api/v1/patrol-plans/weekly', { payload, as })

    expect((await put(plan)).body).toEqual({ id: 'weekly', ...plan })
    expect((await put(plan, VIEWER)).status).toBe(403)
    expect((await put({ name: 'x', waypoints: [] })).status).toBe(400)
    expect((await call('GET', '/api/v1/patrol-plans/weekly')).body).toEqual({ id: 'weekly', ...plan })
    expect((await call('GET', '/api/v1/patrol-plans')).body.items).toHaveLength(1)
    expect((await call('DELETE', '/api/v1/patrol-plans/weekly', { as: OPERATOR })).status).toBe(204)
    expect((await call('GET', '/api/v1/patrol-plans/weekly')).status).toBe(404)
    expect((await call('DELETE', '/api/v1/patrol-plans/weekly')).status).toBe(404)
  })
})
