import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inspectMessage } from '../../../app/conformance/inspect-message.ts'
import { inspectRequest } from '../../../app/conformance/inspect-request.ts'
import { assetPath } from '../../../core/source-path.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 8)
const PICTURE = readFileSync(assetPath('tests/fixtures/frames/beach-dji-0020.jpg'))

describe('what the kit sees in a message on a topic of DJI', () => {
  const envelope = { tid: 't', bid: 'b', timestamp: NOW_MS, gateway: 'DOCK1' }
  const seen = (topic: string, message: object) =>
    inspectMessage('DOCK1')({ topic, payload: Buffer.from(JSON.stringify(message)), arrivalMs: NOW_MS })

  it('the drone’s properties are readings, with their time', async () => {
    const data = { latitude: 29.9, longitude: 121.5, elevation: 60 }
    const facts = await seen('thing/product/DRONE1/osd', { ...envelope, data })
    expect(facts).toMatchObject({ channel: 'readings', saysTime: true, dji: { missing: [] } })
    expect(facts.readings?.[0]?.samples.map(({ metric }) => metric)).toEqual(['lat', 'lon', 'rel_alt_m'])
  })

  it('a property that cannot be is refused', async () => {
    const facts = await seen('thing/product/DRONE1/osd', { ...envelope, data: { latitude: 'north' } })
    expect(facts.refusal?.refused).toBe('bad_payload')
  })

  it('what an envelope lacks is named; seconds are no ms', async () => {
    const facts = await seen('thing/product/DOCK1/events', { tid: 't', timestamp: NOW_MS / 1000, data: {} })
    expect(facts.dji?.missing).toEqual(['bid', 'timestamp (ms)', 'method'])
  })

  it('a callback names the file, its flight, and what it does not say', async () => {
    const file = { object_key: 'DOCK1/f1/1.jpg', ext: { flight_id: 'f1' }, metadata: { relative_altitude: 60 } }
    const message = { ...envelope, method: 'file_upload_callback', data: { file } }
    const { media } = await seen('thing/product/DOCK1/events', message)
    expect(media).toEqual({
      ...{ object: 'DOCK1/f1/1.jpg', flight: 'f1' },
      missing: ['create_time', 'shoot_position', 'gimbal_yaw_degree'],
    })
  })

  it('the drones that a dock names, and the flight that it reports', async () => {
    const topology = { ...envelope, method: 'update_topo', data: { sub_devices: [{ sn: 'DRONE1' }] } }
    expect((await seen('sys/product/DOCK1/status', topology)).dji?.drones).toEqual(['DRONE1'])
    const output = { status: 'in_progress', ext: { flight_id: 'f1' } }
    const progress = { ...envelope, method: 'flighttask_progress', data: { output } }
    expect((await seen('thing/product/DOCK1/events', progress)).dji?.flight).toBe('f1')
  })
})

describe('what the kit sees in a request', () => {
  it('a picture, as the body or as a form, is the same picture', async () => {
    const path = '/api/v1/frames?device=camera-1'
    const plain = await inspectRequest({ path, type: 'image/jpeg', body: PICTURE })
    const form = new FormData()
    form.set('device', 'camera-1')
    form.set('file', new Blob([new Uint8Array(PICTURE)]), 'a.jpg')
    const request = new Response(form)
    const type = request.headers.get('content-type')!
    const asForm = await inspectRequest({ path, type, body: Buffer.from(await request.arrayBuffer()) })
    expect(asForm).toEqual(plain)
    expect(plain.frame?.missing).not.toContain('GPS')
  })

  it('what is no picture is none', async () => {
    const facts = await inspectRequest({ path: '/api/v1/frames', type: 'image/jpeg', body: Buffer.from('no') })
    expect(facts.frame).toBeUndefined()
  })

  it('what DJI Pilot says that it uploaded', async () => {
    const body = { result: 0, object_key: 'RC1/1.jpg', metadata: { shoot_position: { lat: 29.9, lng: 121.5 } } }
    const path = '/media/api/v1/workspaces/w/upload-callback'
    const facts = await inspectRequest({ path, type: 'application/json', body: Buffer.from(JSON.stringify(body)) })
    expect(facts.media).toMatchObject({ object: 'RC1/1.jpg' })
    expect(facts.media?.missing).not.toContain('shoot_position')
  })
})
