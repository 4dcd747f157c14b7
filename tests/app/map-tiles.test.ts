import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMapTiles } from '../../app/map-tiles.ts'

/** Tiles of a map service, asked for by the server. */

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const asked: string[] = []
const upstream = createServer((request, response) => {
  asked.push(request.url ?? '')
  if (request.url?.includes('TILEROW=9')) response.writeHead(404).end()
  else if (request.url?.includes('TILEROW=8')) response.end('<html>')
  else if (request.url?.includes('TILEROW=7')) response.writeHead(500).end()
  else response.end(PNG)
})
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
})
afterAll(() => upstream.close())

const tilesOf = (...tiles: string[]) =>
  createMapTiles({ geojson: '', tiles, tileProjection: 'EPSG:4490', tileDatum: 'wgs84', attribution: '苏S(2026)1号' })
const REQUEST = '/vec_c/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=secret'

it('are asked for with matrix, row and column, once', async () => {
  const tiles = tilesOf(`${url}${REQUEST}`)
  const [tile] = await Promise.all([tiles.tile(0, 16, 10_682, 54_727), tiles.tile(0, 16, 10_682, 54_727)])
  expect(tile).toEqual({ contentType: 'image/png', bytes: PNG })
  await tiles.tile(0, 16, 10_682, 54_727)
  expect(asked).toEqual(['/vec_c/wmts?TILEMATRIX=16&TILEROW=10682&TILECOL=54727&tk=secret'])
  expect(tiles.settings).toEqual({ layers: 1, projection: 'EPSG:4490', datum: 'wgs84', attribution: '苏S(2026)1号' })
})

it('are none where there is no such layer or picture', async () => {
  const tiles = tilesOf(`${url}${REQUEST}`)
  expect(await tiles.tile(1, 1, 0, 0)).toBeNull()
  expect(await tiles.tile(0, 9, 9, 0)).toBeNull()
})

it.each([
  ['sends something else than a picture', 8, 'sent no picture'],
  ['fails', 7, 'answered 500'],
])('say so when the map service %s', async (_, row, message) => {
  await expect(tilesOf(`${url}${REQUEST}`).tile(0, 9, row, 0)).rejects.toMatchObject({
    code: 'delivery_failed',
    message: expect.stringContaining(message),
  })
})

it('say so when nobody is there', async () => {
  await expect(tilesOf('http://127.0.0.1:1/{z}').tile(0, 1, 0, 0)).rejects.toMatchObject({ code: 'delivery_failed' })
})
