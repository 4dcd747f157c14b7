import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'
import { ADMIN, createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
let ports: MemoryPorts
let api: FastifyInstance

beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  api = await createApi(ports)
  const house = { address: '平桥街12号', protection: 'historic' }
  await api.inject({ method: 'PUT', url: '/api/v1/buildings/h1', payload: house, headers: bearer(ADMIN) })
})
afterEach(() => api.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const plain = () => sharp({ create: { width: 60, height: 40, channels: 3, background: '#336699' } })
/** As a telephone takes it: lying on its side, with its place and owner in it. */
const aPhoto = () =>
  plain()
    .withExif({ IFD0: { Artist: '王小明', Orientation: '6' }, IFD3: { GPSLatitude: '31/1 18/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()

async function send(bytes: Buffer, query = 'kind=facade', type = 'image/jpeg', as = OPERATOR) {
  const url = `/api/v1/buildings/h1/pictures?${query}`
  const response = await api.inject({
    method: 'POST',
    url,
    payload: bytes,
    headers: { ...bearer(as), 'content-type': type },
  })
  return { status: response.statusCode, body: response.json() }
}
const show = (sha256: string, query = '', as = OPERATOR) =>
  api.inject({ url: `/api/v1/buildings/h1/pictures/${sha256}${query}`, headers: bearer(as) })
const pictures = async (as = OPERATOR) =>
  (await api.inject({ url: '/api/v1/buildings/h1', headers: bearer(as) })).json().pictures

describe('a picture of a house', () => {
  it('stands in its file with what was said of it, and once in the ledger', async () => {
    const bytes = await aPhoto()
    const query = `kind=damage&caption=${encodeURIComponent('北墙裂缝')}&takenOn=2025-03-04`
    const { status, body } = await send(bytes, query)
    expect(status).toBe(201)
    expect(body).toEqual({
      ...{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), building: 'h1', kind: 'damage', caption: '北墙裂缝' },
      ...{ takenOn: '2025-03-04', widthPx: 40, heightPx: 60, bytes: bytes.length, by: 'operate' },
      at: '2026-11-22T09:30:00.000Z',
    })
    expect((await send(bytes, query)).body).toEqual(body)
    expect(await pictures()).toEqual([body])
    expect(ports.memoryHouses.words.filter(({ type }) => type === 'building.pictured')).toHaveLength(1)
  })

  it('that comes again with other words is the same picture', async () => {
    const bytes = await aPhoto()
    await send(bytes, 'kind=facade')
    await send(bytes, 'kind=repair')
    expect(await pictures()).toMatchObject([{ kind: 'repair' }])
  })

  it('is shown upright, as large as is asked for, without what its file says besides', async () => {
    const { body } = await send(await aPhoto())
    const response = await show(body.sha256, '?size=small')
    expect(response.headers['content-type']).toBe('image/jpeg')
    const { width, height, exif, orientation } = await sharp(response.rawPayload).metadata()
    expect({ width, height, exif, orientation }).toEqual({
      width: 40,
      height: 60,
      exif: undefined,
      orientation: undefined,
    })
  })

  it.each([
    ['PNG', 'image/png', () => plain().png().toBuffer()],
    ['WebP', 'image/webp', () => plain().webp().toBuffer()],
  ])('may be a %s', async (_, type, make) => {
    const { status, body } = await send(await make(), 'kind=drawing', type)
    expect([status, body.widthPx]).toEqual([201, 60])
    expect((await show(body.sha256)).headers['content-type']).toBe('image/jpeg')
  })

  it.each([
    ['something else under the name of a JPEG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['the beginning of a JPEG', async () => (await plain().resize(900).jpeg().toBuffer()).subarray(0, 1_200)],
  ])('is refused when it is %s', async (_, make) => {
    expect(await send(await make())).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } })
    expect(await pictures()).toEqual([])
  })

  it.each([
    ['of no kind', 'caption=x', 400],
    ['of a visit that there was not', 'kind=visit&visit=v9', 400],
  ])('is refused %s', async (_, query, status) => {
    expect((await send(await aPhoto(), query)).status).toBe(status)
  })

  it('of a visit names it', async () => {
    const visit = { id: 'v1', result: 'works_found' }
    await api.inject({ method: 'POST', url: '/api/v1/buildings/h1/visits', payload: visit, headers: bearer(OPERATOR) })
    expect((await send(await aPhoto(), 'kind=visit&visit=v1')).body.visit).toBe('v1')
  })

  it('leaves the file when somebody takes it out, and is not shown any more', async () => {
    const { body } = await send(await aPhoto())
    const remove = () =>
      api.inject({ method: 'DELETE', url: `/api/v1/buildings/h1/pictures/${body.sha256}`, headers: bearer(OPERATOR) })
    expect((await remove()).statusCode).toBe(204)
    expect(await pictures()).toEqual([])
    expect((await show(body.sha256)).statusCode).toBe(404)
    expect((await remove()).statusCode).toBe(404)
  })

  it('is not for who may only look: they see that there is one, and no words on it', async () => {
    const { body } = await send(await aPhoto(), `kind=facade&caption=${encodeURIComponent('王小明家')}`)
    expect((await show(body.sha256, '', VIEWER)).statusCode).toBe(403)
    expect((await send(await aPhoto(), 'kind=facade', 'image/jpeg', VIEWER)).status).toBe(403)
    const [seen] = await pictures(VIEWER)
    expect(seen).toMatchObject({ kind: 'facade' })
    expect(seen.caption).toBeUndefined()
  })

  it('is of one house: another one does not show it', async () => {
    const { body } = await send(await aPhoto())
    const url = `/api/v1/buildings/h2/pictures/${body.sha256}`
    expect((await api.inject({ url, headers: bearer(OPERATOR) })).statusCode).toBe(404)
  })
})

it('are remembered over a restart', async () => {
  const { body } = await send(await aPhoto())
  const again = createHouseBook(JSON.parse(JSON.stringify(ports.memoryHouses.book.snapshot())))
  expect(again.picturesOf('h1')).toMatchObject([{ sha256: body.sha256 }])
})
