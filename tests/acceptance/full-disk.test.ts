import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { runHuying } from './command.ts'
import { connectDevice, type Device } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type Listener, listen, type Service, startService } from './service.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

const DISK_MIB = 128
/** Messages of a quarter of a megabyte and more together use up what the journal has in advance. */
const METRICS = Array.from({ length: 150 }, (_, index) => `metric_with_a_rather_long_name_number_${index}`)
const FRAME = readFileSync(assetPath('tests/fixtures/frames/river-boat.jpg'))
const auth = { authorization: `Bearer ${ADMIN_TOKEN}` }

const disk = mountSmallDisk(DISK_MIB)
if (!disk) process.stderr.write('SKIPPED full-disk.test.ts: no small file system can be mounted here (it takes root)\n')

let service: Service
let device: Device
let dispatch: Listener
let refill: NodeJS.Timeout | undefined

interface Ready {
  reasons: { code: string }[]
}

async function readiness(): Promise<string[]> {
  const answer = await fetch(`${service.httpUrl}/readyz`)
  const codes = ((await answer.json()) as Ready).reasons.map(({ code }) => code)
  expect(answer.status).toBe(codes.length === 0 ? 200 : 503)
  return codes
}

/** Fills the disk and keeps it full, whatever the service gives up. */
function keepFull({ fill }: SmallDisk): void {
  fill()
  refill = setInterval(fill, 50)
}

function makeRoom({ makeRoom }: SmallDisk): void {
  clearInterval(refill)
  makeRoom()
}

describe.skipIf(!disk)('a full disk', () => {
  const small = disk as SmallDisk
  const acknowledged = new Set<number>()
  const sending: Promise<unknown>[] = []
  let seq = 0
  let isFull = false

  function send(): Promise<unknown> {
    const mine = ++seq
    const values = Object.fromEntries(METRICS.map((metric) => [metric, mine]))
    const sent = device.send(values, { seq: mine, at: Date.UTC(2026, 0, 1) + mine * 1000 })
    const noted = sent.then(() => acknowledged.add(mine))
    sending.push(noted)
    return noted
  }

  beforeAll(async () => {
    service = await startService({ dataDir: small.dir })
    const token = await addDevice(service, 'meter-1', 'meter')
    await addDevice(service, 'drone-1', 'drone')
    // A new life, which has written no decision yet and so has no room for one left over from the last.
    await service.stop()
    service = await startService({ dataDir: small.dir })
    device = await connectDevice(service, 'meter-1', token, { reconnect: true })
    dispatch = await listen(service, 'desk', 'earliest')
  })
  afterAll(async () => {
    clearInterval(refill)
    dispatch?.close()
    await device?.close()
    await service?.kill().catch(() => {})
    small.remove()
  })

  it('stops every acknowledgement, and says so in /readyz', async () => {
    await send()
    keepFull(small)
    const stuck = eventually(
      async () => service.log.some((line) => line.includes('journal full')),
      (full) => full,
    ).then(() => {
      isFull = true
    })
    while (!isFull) await Promise.race([send(), stuck])
    expect(await readiness()).toContain('disk_full')
    const last = acknowledged.size
    for (let i = 0; i < 20; i++) void send()

    const filed = await fetch(`${service.httpUrl}/api/v1/records`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/json' },
      body: JSON.stringify({ recordId: 'report-1', type: 'report', body: { text: 'water on the stairs' } }),
    })
    expect([filed.status, filed.headers.has('retry-after')]).toEqual([507, true])
    const pictured = await fetch(`${service.httpUrl}/api/v1/frames?device=drone-1`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'image/jpeg' },
      body: FRAME,
    })
    expect([pictured.status, pictured.headers.has('retry-after')]).toEqual([507, true])
    expect(acknowledged.size).toBe(last)
  })

  it('is an alert that reaches subscribers all the same, and people can answer it', async () => {
    const { alert } = await dispatch.event(
      ({ type, alert }) => type === 'alert.raised' && alert.rule === 'huying.disk_full',
    )
    expect(alert).toMatchObject({ severity: 'critical', state: 'active', subject: { place: 'huying' } })
    const { items } = await service.call<{ items: { id: string }[] }>('GET', '/api/v1/alerts?open=true')
    expect(items.map(({ id }) => id)).toContain(alert.id)
    await service.call('POST', `/api/v1/alerts/${alert.id}/acknowledge`, { comment: 'clearing the disk' })
    // More than slack in what the ledger's file holds already.
    for (let i = 1; i <= 20; i++)
      await service.call('POST', `/api/v1/alerts/${alert.id}/comments`, { comment: `${i} ${'x'.repeat(1900)}` })
    await dispatch.event(({ type, alert }) => type === 'alert.commented' && alert.version === 22)
    expect(await readiness()).toContain('disk_full')
    expect(acknowledged.size).toBeLessThan(seq)
  })

  it('goes on by itself once there is room: what was held is acknowledged, stored, and nothing is missing', async () => {
    makeRoom(small)
    await Promise.all(sending)
    expect(acknowledged.size).toBe(seq)
    await dispatch.event(({ type, alert }) => type === 'alert.cleared' && alert.rule === 'huying.disk_full')
    await eventually(readiness, (codes) => codes.length === 0, 60_000)
    const count = () => service.call<{ count: number }>('GET', '/api/v1/readings?device=meter-1&count=true')
    await eventually(count, (seen) => seen.count === seq * METRICS.length, 60_000)
  }, 120_000)

  it('lets the service stop in order while it is full, and nothing acknowledged is missing afterwards', async () => {
    keepFull(small)
    const before = acknowledged.size
    for (let i = 0; i < 200; i++) send().catch(() => {})
    await eventually(readiness, (codes) => codes.includes('disk_full'))
    await eventually(
      async () => service.log.filter((line) => line.includes('journal full')).length,
      (times) => times > 1,
    )
    expect(await service.stop()).toBe(0)
    await device.close()
    const onFullDisk = await runHuying(['serve'], {
      env: { HUYING_DATA_DIR: join(small.dir, 'data'), HUYING_HTTP_PORT: '0', HUYING_MQTT_PORT: '0' },
    })
    expect(onFullDisk.code).toBe(1)
    expect(onFullDisk.stderr).toMatch(/^huying: .*no space left on device/im)
    makeRoom(small)
    service = await startService({ dataDir: small.dir })
    expect(acknowledged.size).toBeGreaterThanOrEqual(before)
    const stored = await eventually(
      () => service.call<{ items: { value: number }[] }>('GET', `/api/v1/readings?metric=${METRICS[0]}&limit=10000`),
      ({ items }) => items.length >= acknowledged.size,
    )
    const values = new Set(stored.items.map(({ value }) => value))
    expect([...acknowledged].filter((one) => !values.has(one))).toEqual([])
  }, 120_000)
})
