import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { createExternalBroker } from '../../../ingest/external-broker.ts'
import { MOSQUITTO, startMosquitto } from '../mosquitto.ts'
import { eventually } from '../rig.ts'
import {
  createDjiRig,
  type DjiRig,
  DOCK,
  DRONE,
  envelope,
  newsOf,
  nextMessage,
  samplesOf,
  startDjiBroker,
} from './dji-rig.ts'

const thing = (sn: string, kind: string) => `thing/product/${sn}/${kind}`
const OSD = { latitude: 29.9, longitude: 121.5, elevation: 60.5, height: 88.1 }
const FILE = {
  file: {
    object_key: 'patrol/dock/f-1/DJI_0001.JPG',
    path: 'f-1',
    name: 'DJI_0001.JPG',
    ext: { flight_id: 'f-1', drone_model_key: '0-67-0', payload_model_key: '1-53-0', is_original: true },
    metadata: {
      gimbal_yaw_degree: '-35.5',
      absolute_altitude: 88.1,
      relative_altitude: 60.5,
      create_time: '2021-05-10 16:04:20',
      shoot_position: { lat: 29.9, lng: 121.5 },
    },
  },
  flight_task: { uploaded_file_count: 1, expected_file_count: 250, flight_type: 0 },
}

let rig: Awaited<ReturnType<typeof startDjiBroker>>
afterEach(() => rig?.close())

async function start(options?: Parameters<typeof startDjiBroker>[0]) {
  rig = await startDjiBroker(options)
  return { rig, dock: await rig.connect(DOCK) }
}

describe('a dock at the embedded broker', () => {
  it("carries its drone's properties, which are readings of the drone and move its telemetry", async () => {
    const { dock } = await start()
    await dock.publishAsync(thing(DRONE, 'osd'), envelope(OSD), { qos: 0 })
    await dock.publishAsync(thing(DRONE, 'osd'), envelope({ '53-0-0': { gimbal_pitch: -90, gimbal_yaw: 12 } }))
    await dock.publishAsync(thing(DRONE, 'state'), envelope({ battery: { capacity_percent: 71 } }), { qos: 1 })

    expect(samplesOf(rig, DRONE)).toEqual({
      ...{ lat: 29.9, lon: 121.5, rel_alt_m: 60.5, abs_alt_m: 88.1 },
      ...{ gimbal_pitch_deg: -90, gimbal_yaw_deg: 12, battery_pct: 71 },
    })
    expect(rig.telemetry.latest(DRONE, Date.now())?.pose).toMatchObject({
      position: { lat: 29.9, lon: 121.5 },
      relativeAltitudeM: 60.5,
      gimbalPitchDeg: -90,
    })
  })

  it('is answered by events_reply once what it told is durable, when it asks for it', async () => {
    const { dock } = await start({ commit: 'by hand' })
    await dock.subscribeAsync(thing(DOCK, 'events_reply'), { qos: 1 })
    const answered = nextMessage(dock, thing(DOCK, 'events_reply'))
    let hasAnswer = false
    void answered.then(() => {
      hasAnswer = true
    })
    const message = envelope(FILE, { method: 'file_upload_callback', need_reply: 1 })

    dock.publish(thing(DOCK, 'events'), message, { qos: 1 })
    await eventually(() => newsOf(rig).length === 2)
    const before = hasAnswer
    rig.intake.commit()
    const { tid, bid } = JSON.parse(message) as { tid: string; bid: string }

    expect(before).toBe(false)
    expect(await answered).toMatchObject({ tid, bid, method: 'file_upload_callback', data: { result: 0 } })
  })

  it('promises a picture: yaw as a text and a time without zone are understood', async () => {
    const { dock } = await start()
    // The method is missing, as in some examples of the documentation.
    await dock.publishAsync(thing(DOCK, 'events'), envelope(FILE), { qos: 1 })

    expect(newsOf(rig)).toMatchObject([
      {
        deviceId: DRONE,
        flightId: 'f-1',
        told: {
          what: 'media_promised',
          object: 'patrol/dock/f-1/DJI_0001.JPG',
          name: 'DJI_0001.JPG',
          takenMs: Date.UTC(2021, 4, 10, 8, 4, 20),
          pose: { gimbalYawDeg: -35.5, relativeAltitudeM: 60.5, position: { lat: 29.9, lon: 121.5 } },
        },
      },
      { told: { what: 'media_count', uploaded: 1, expected: 250 } },
    ])
  })

  it('counts a video and does not promise it', async () => {
    const { dock } = await start()
    const video = { ...FILE, file: { ...FILE.file, name: 'DJI_0002.MP4', object_key: 'f-1/DJI_0002.MP4' } }
    await dock.publishAsync(thing(DOCK, 'events'), envelope(video), { qos: 1 })

    expect(newsOf(rig).map(({ told }) => told.what)).toEqual(['media_count'])
  })

  it('tells a flight from beginning to end, each thing once', async () => {
    const { dock } = await start()
    const report = (status: string, percent: number, media_count?: number) =>
      dock.publishAsync(
        thing(DOCK, 'events'),
        envelope(
          {
            output: {
              status,
              progress: { current_step: 5, percent },
              ext: { flight_id: 'f-1', current_waypoint_index: Math.floor(percent / 10), media_count },
            },
            result: 0,
          },
          { method: 'flighttask_progress' },
        ),
        { qos: 1 },
      )
    for (const [status, percent] of [
      ['sent', 0],
      ['in_progress', 0],
      ['in_progress', 1],
      ['in_progress', 2],
      ['in_progress', 40],
    ] as const)
      await report(status, percent)
    await report('ok', 100, 250)
    await report('ok', 100, 250)

    expect(newsOf(rig).map(({ told }) => told)).toEqual([
      { what: 'began' },
      { what: 'progress', percent: 0, waypoint: 0 },
      { what: 'progress', percent: 40, waypoint: 4 },
      { what: 'media_count', expected: 250 },
      { what: 'ended', status: 'ok' },
    ])
  })

  it('says when a person takes over during a flight', async () => {
    const { dock } = await start()
    const output = { status: 'in_progress', ext: { flight_id: 'f-1' } }
    await dock.publishAsync(thing(DOCK, 'events'), envelope({ output }), { qos: 1 })
    for (const mode_code of [5, 17, 17])
      await dock.publishAsync(thing(DRONE, 'osd'), envelope({ mode_code }), { qos: 1 })

    expect(newsOf(rig).map(({ told }) => told.what)).toEqual(['began', 'by_hand'])
  })

  it('asks where to upload to', async () => {
    const { dock } = await start()
    await dock.subscribeAsync(thing(DOCK, 'requests_reply'))
    const answered = nextMessage(dock, thing(DOCK, 'requests_reply'))
    await dock.publishAsync(thing(DOCK, 'requests'), envelope({ module: 0 }, { method: 'storage_config_get' }), {
      qos: 1,
    })

    expect(await answered).toMatchObject({
      method: 'storage_config_get',
      data: {
        result: 0,
        output: {
          ...{ bucket: 'river', region: 'us-east-1', endpoint: 'http://store:9000', provider: 'minio' },
          object_key_prefix: `patrol/${DOCK}`,
          credentials: { access_key_id: 'dock', access_key_secret: 'secret', security_token: '', expire: 3600 },
        },
      },
    })
  })

  it('is told that there is no store when none is configured', async () => {
    const { dock } = await start({ dji: { storage: null } })
    await dock.subscribeAsync(thing(DOCK, 'requests_reply'))
    const answered = nextMessage(dock, thing(DOCK, 'requests_reply'))
    await dock.publishAsync(thing(DOCK, 'requests'), envelope({ module: 0 }, { method: 'storage_config_get' }))

    expect(await answered).toMatchObject({ data: { result: 1 } })
  })

  it('names its drones: they come and go', async () => {
    const { dock } = await start()
    const status = `sys/product/${DOCK}/status`
    await dock.subscribeAsync(`${status}_reply`)
    const answered = nextMessage(dock, `${status}_reply`)
    await dock.publishAsync(status, envelope({ sub_devices: [{ sn: DRONE, index: 'A' }] }, { method: 'update_topo' }), {
      qos: 1,
    })
    await dock.publishAsync(status, envelope({ sub_devices: [] }, { method: 'update_topo' }), { qos: 1 })

    expect(await answered).toMatchObject({ method: 'update_topo', data: { result: 0 } })
    const statuses = rig.arrived.filter((one) => one.kind === 'status' && one.deviceId === DRONE)
    expect(statuses).toMatchObject([{ online: true }, { online: false }])
  })

  it('files health messages when they change, and their level as a metric', async () => {
    const { dock } = await start()
    const list = [{ level: 2, module: 3, in_the_sky: 0, code: '0x16100083', imminent: 1, args: { component_index: 0 } }]
    for (const one of [list, list, []])
      await dock.publishAsync(thing(DOCK, 'events'), envelope({ list: one }, { method: 'hms' }), { qos: 1 })

    const records = rig.arrived.filter(({ kind }) => kind === 'record')
    expect(records).toMatchObject([
      {
        recordType: 'drone.hms',
        body: { messages: [{ code: '0x16100083', level: 2, imminent: true, inTheSky: false }] },
      },
      { body: { messages: [] } },
    ])
    expect(samplesOf(rig, DOCK)).toEqual({ hms_level: 0 })
  })

  it('keeps its connection when it carries a drone that nobody registered; that is counted', async () => {
    const { dock } = await start()
    await dock.publishAsync(thing('1581FSTRANGER', 'osd'), envelope(OSD), { qos: 1 })
    await dock.publishAsync(thing(DRONE, 'osd'), envelope(OSD), { qos: 1 })

    expect(rig.refusals.list()).toMatchObject([{ device: '1581FSTRANGER', reason: 'unknown_device', count: 1 }])
    expect(samplesOf(rig, DRONE)).toMatchObject({ lat: 29.9 })
  })

  it('registers a drone under its dock while enrolment is open', async () => {
    const { dock } = await start({ dji: { enrolment: 'open' } })
    await dock.publishAsync(thing('1581FNEW', 'osd'), envelope(OSD), { qos: 1 })

    expect(rig.registry.get('1581FNEW')).toMatchObject({ type: 'drone', gateway: DOCK })
  })

  it('leaves out a field that is no number, says which, and takes the others', async () => {
    const { dock } = await start()
    await dock.publishAsync(thing(DRONE, 'osd'), envelope({ ...OSD, elevation: 'high' }), { qos: 1 })

    expect(samplesOf(rig, DRONE)).toMatchObject({ lat: 29.9, abs_alt_m: 88.1 })
    expect(rig.refusals.list()).toMatchObject([
      { reason: 'bad_payload', lastDetail: expect.stringContaining('elevation') },
    ])
  })

  it.each([
    ["another dock's events", thing('OTHERDOCK', 'events')],
    ["another dock's status", 'sys/product/OTHERDOCK/status'],
    ['a topic that leads down', thing(DOCK, 'services')],
    ['its own answers', thing(DOCK, 'events_reply')],
  ])('loses its connection for %s', async (_what, topic) => {
    const { dock } = await start()
    const closed = new Promise<void>((resolve) => dock.once('close', () => resolve()))
    dock.publish(topic, envelope({}), { qos: 0 })
    await closed

    expect(rig.refusals.list()).toMatchObject([{ device: DOCK, reason: 'topic_not_allowed' }])
  })

  it('hears what is for itself and nothing else', async () => {
    const { dock } = await start()
    const own = ['events_reply', 'requests_reply', 'services', 'property/set'].map((kind) => thing(DOCK, kind))
    const others = [
      thing('OTHERDOCK', 'services'),
      thing(DRONE, 'osd'),
      'thing/product/+/services',
      '#',
      thing(DOCK, '+'),
    ]
    const qosOf = async (topic: string) => await dock.subscribeAsync(topic).catch((err: Error) => err)
    for (const topic of [...own, `sys/product/${DOCK}/status_reply`])
      expect(await qosOf(topic)).toMatchObject([{ qos: 0 }])
    for (const topic of others) expect(await qosOf(topic)).not.toMatchObject([{ qos: 0 }])
  })

  it('is told of what it says wrongly by the counter of refusals, and answered that it was not taken in', async () => {
    const { dock } = await start()
    await dock.subscribeAsync(thing(DOCK, 'events_reply'))
    const answered = nextMessage(dock, thing(DOCK, 'events_reply'))
    await dock.publishAsync(thing(DOCK, 'events'), 'not JSON', { qos: 1 })
    await dock.publishAsync(
      thing(DOCK, 'events'),
      envelope({ file: { object_key: '' } }, { method: 'file_upload_callback', need_reply: 1 }),
      { qos: 1 },
    )

    expect(await answered).toMatchObject({ data: { result: 1 } })
    expect(rig.refusals.list()).toMatchObject([{ device: DOCK, reason: 'bad_payload', count: 2 }])
  })
})

describe('a camera without a dock', () => {
  it('says over MQTT where it took a picture, which are readings of the drone', async () => {
    rig = await startDjiBroker()
    const drone = await rig.connect(DRONE)
    const capture = { lat: 299_000_000, lon: 1_215_000_000, relative_alt: 60_500, capture_result: 1 }
    await drone.publishAsync(`huying/v1/${DRONE}/camera`, JSON.stringify(capture), { qos: 1 })
    await drone.publishAsync(`huying/v1/${DRONE}/camera`, '{"lat": 30}', { qos: 1 })

    expect(samplesOf(rig, DRONE)).toEqual({ lat: 29.9, lon: 121.5, rel_alt_m: 60.5 })
    expect(rig.refusals.total('bad_payload')).toBe(1)
    expect(rig.broker.status().messages).toMatchObject({ camera: 2, dji: 0 })
  })
})

describe('several drones of one dock', () => {
  it('are told apart by which of them was heard last', async () => {
    const { dock } = await start()
    await rig.register('SECOND', 'drone', DOCK)
    const output = { status: 'in_progress', ext: { flight_id: 'f-1' } }
    await dock.publishAsync(thing(DOCK, 'events'), envelope({ output }), { qos: 1 })
    await dock.publishAsync(thing('SECOND', 'osd'), envelope(OSD), { qos: 1 })
    await dock.publishAsync(thing(DOCK, 'events'), envelope({ output }), { qos: 1 })

    expect(newsOf(rig)).toMatchObject([{ deviceId: 'SECOND', told: { what: 'began' } }])
    expect(rig.refusals.total('unknown_device')).toBe(1)
  })
})

describe.skipIf(!MOSQUITTO)('a dock at an external broker (Mosquitto)', () => {
  it('is heard and answered there', async () => {
    const mosquitto = await startMosquitto()
    const own: DjiRig = await createDjiRig()
    const broker = createExternalBroker({ ...own, url: mosquitto.url, clientId: 'huying-dji', stopMs: 200 })
    broker.start()
    await eventually(() => broker.status().isConnected)
    const dock = await connectAsync(mosquitto.url, { clientId: DOCK })
    await dock.subscribeAsync(thing(DOCK, 'events_reply'), { qos: 1 })
    const answered = nextMessage(dock, thing(DOCK, 'events_reply'))
    // The subscription may follow the connection by a moment: say it until it is heard.
    const timer = setInterval(() => {
      dock.publish(thing(DRONE, 'osd'), envelope(OSD))
      dock.publish(thing(DOCK, 'events'), envelope(FILE, { method: 'file_upload_callback', need_reply: 1 }), { qos: 1 })
    }, 20)
    const answer = await answered
    await eventually(() => samplesOf(own, DRONE).lat !== undefined)
    clearInterval(timer)
    dock.end(true)
    await broker.stop()
    await mosquitto.stop()

    expect(answer).toMatchObject({ data: { result: 0 } })
    expect(newsOf(own)[0]).toMatchObject({ deviceId: DRONE, told: { what: 'media_promised' } })
  })
})
