import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import type { WaveformHead } from '../../core/vibration.ts'
import { encodeWaveform } from '../../core/waveform-block.ts'
import type { WaveformView } from '../../dashboards/vibration-contract.ts'
import { connectDevice, type Device } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  type Listener,
  listen,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const run = promisify(execFile)
const RATE_HZ = 500
const SECONDS = 4
const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0

let dataDir: string
let service: Service
let dispatch: Listener

beforeAll(async () => {
  dataDir = await makeDataDir()
  service = await startService({ dataDir })
  dispatch = await listen(service, 'vibration', 'earliest')
})

afterAll(async () => {
  dispatch?.close()
  await service?.stop()
  await removeDataDir(dataDir)
})

type Move = (t: number) => number

/** A block that ends now, moving as told in mm/s or m/s². */
function block(moves: [Move, Move, Move], more: Partial<WaveformHead> = {}): Buffer {
  const samples = RATE_HZ * SECONDS
  const head: WaveformHead = {
    quantity: 'velocity',
    sampleType: 'int32',
    axes: ['x', 'y', 'z'],
    overrange: false,
    sequence: 1,
    startUs: (Date.now() - SECONDS * 1000) * 1000,
    sampleRateHz: RATE_HZ,
    scale: 1e-5,
    samples,
    fullScale: 0,
    ...more,
  }
  const columns = moves.map((move) => Float64Array.from({ length: samples }, (_, i) => move(i / RATE_HZ) / head.scale))
  return encodeWaveform(head, columns)
}

const sine =
  (peak: number, hz: number): Move =>
  (t) =>
    peak * Math.sin(2 * Math.PI * hz * t + 0.3)

async function publish(device: Device, id: string, payload: Buffer): Promise<void> {
  await device.client.publishAsync(`huying/v1/${id}/waveforms`, payload, { qos: 1 })
}

function waveformsOf(device: string): Promise<WaveformView[]> {
  return service.call<{ items: WaveformView[] }>('GET', `/api/v1/waveforms?device=${device}`).then(({ items }) => items)
}

describe('raw vibration', () => {
  it('becomes an alert with peak, frequency, limit and clause, one for a burst of several blocks', async () => {
    const device = await connectDevice(service, 'wall-1', await addDevice(service, 'wall-1', 'vibration-sensor'))
    await publish(device, 'wall-1', block([sine(0.2, 20), sine(6, 20), sine(1, 20)]))
    await publish(device, 'wall-1', block([sine(0.2, 20), sine(6.1, 20), sine(1, 20)], { sequence: 2 }))

    const { alert } = await dispatch.event(({ alert }) => alert.subject.device === 'wall-1')

    expect(alert).toMatchObject({
      ...{ rule: 'vibration-high', severity: 'major', category: 'structure' },
      reason: { limit: 4.25, unit: 'mm/s', clause: 'DIN 4150-3:2016-12 table 1, line 3' },
    })
    expect(alert.reason.params).toMatchObject({ component: 'ppv_y_mm_s' })
    expect(alert.reason.value).toBeCloseTo(6, 1)
    expect(Number(alert.reason.params?.over)).toBeCloseTo(20, 1)
    await eventually(
      () => waveformsOf('wall-1'),
      (rows) => rows.length === 2 && rows.every(({ state }) => state === 'analysed'),
    )
    const raised = dispatch.events.filter(
      ({ event }) => event.type === 'alert.raised' && event.alert.subject.device === 'wall-1',
    )
    expect(raised).toHaveLength(1)
    await device.close()
  })

  it('is judged by the position of the sensor, and acceleration is integrated first', async () => {
    const attributes = { sensorPosition: 'top-floor' }
    const device = await connectDevice(
      service,
      'top-1',
      await addDevice(service, 'top-1', 'vibration-sensor', { attributes }),
    )
    // 7 mm/s at 5 Hz, as acceleration in m/s², on a slope of the sensor's own.
    const move: Move = (t) => 0.007 * 2 * Math.PI * 5 * Math.cos(2 * Math.PI * 5 * t) + 9.81 + 0.01 * t
    await publish(device, 'top-1', block([move, () => 0, () => 0], { quantity: 'acceleration', scale: 1e-7 }))

    const { alert } = await dispatch.event(({ alert }) => alert.subject.device === 'top-1')

    expect(alert).toMatchObject({ rule: 'vibration-top-floor', severity: 'warning', reason: { limit: 6 } })
    expect(Math.abs((alert.reason.value as number) / 7 - 1)).toBeLessThan(0.01)
    await device.close()
  })

  it('is judged the same when the sensor sends peaks and frequencies itself', async () => {
    const device = await connectDevice(service, 'peaks-1', await addDevice(service, 'peaks-1', 'vibration-sensor'))
    await device.send({ ppv_x_mm_s: 3.2, freq_x_hz: 8, ppv_y_mm_s: 0.4, freq_y_hz: 8, ppv_z_mm_s: 5, freq_z_hz: 60 })

    const { alert } = await dispatch.event(({ alert }) => alert.subject.device === 'peaks-1')

    expect(alert).toMatchObject({
      ...{ rule: 'vibration-high', severity: 'major', subject: { metric: 'ppv_mm_s' } },
      reason: { value: 3.2, limit: 3, params: { component: 'ppv_x_mm_s', over: 8 } },
    })
    await device.close()
  })

  it('is refused and counted where its bytes are wrong, and acknowledged all the same', async () => {
    const device = await connectDevice(service, 'bad-1', await addDevice(service, 'bad-1', 'vibration-sensor'))
    const broken = block([sine(1, 5), sine(1, 5), sine(1, 5)])
    broken[100]! ^= 1

    await publish(device, 'bad-1', broken)

    const { items } = await service.call<{ items: { device: string; reason: string; lastDetail: string }[] }>(
      'GET',
      '/api/v1/refusals',
    )
    expect(items.find((row) => row.device === 'bad-1')).toMatchObject({
      reason: 'bad_payload',
      lastDetail: expect.stringContaining('checksum'),
    })
    expect(await waveformsOf('bad-1')).toEqual([])
    await device.close()
  })

  it('is kept as it was sent, and what was found in it outlives a crash', async () => {
    const device = await connectDevice(service, 'keep-1', await addDevice(service, 'keep-1', 'vibration-sensor'))
    const sent = block([sine(0.5, 12), sine(0.1, 12), sine(0.1, 12)], { sequence: 7 })
    await publish(device, 'keep-1', sent)
    const [before] = await eventually(
      () => waveformsOf('keep-1'),
      (rows) => rows[0]?.state === 'analysed',
    )
    await device.close()

    dispatch.close()
    await service.kill()
    service = await startService({ dataDir })
    dispatch = await listen(service, 'vibration', 'earliest')

    expect(await waveformsOf('keep-1')).toEqual([before])
    const answer = await fetch(`${service.httpUrl}/api/v1/waveforms/${before?.waveformId}/block`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
    expect(Buffer.from(await answer.arrayBuffer()).equals(sent)).toBe(true)
  }, 120_000)

  it.skipIf(!HAS_PYTHON)('comes from the example in Python as documented', async () => {
    const token = await addDevice(service, 'py-1', 'vibration-sensor')
    await run('python3', [assetPath('docs/examples/send_waveform.py'), service.httpUrl, 'py-1', token, '9', '30'])

    const [row] = await eventually(
      () => waveformsOf('py-1'),
      (rows) => rows[0]?.state === 'analysed',
    )

    expect(row).toMatchObject({ quantity: 'velocity', samples: 2000, sequence: 1 })
    expect(row?.features?.axes.map(({ ppvMmS }) => Math.round(ppvMmS * 10) / 10)).toEqual([9, 4.5, 1.8])
    expect(row?.features?.axes[0]?.freqHz).toBeCloseTo(30, 1)
    await dispatch.event(({ alert }) => alert.subject.device === 'py-1' && alert.severity === 'major')
  })
})
