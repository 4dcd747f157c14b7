import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import { addDevice, eventually, makeDataDir, removeDataDir, type Service, startService } from './service.ts'

const folders: string[] = []
const services: Service[] = []

async function freshFolder(): Promise<string> {
  const dir = await makeDataDir()
  folders.push(dir)
  return dir
}

async function start(dataDir: string): Promise<Service> {
  const service = await startService({ dataDir })
  services.push(service)
  return service
}

/** `huying serve` on the folder of another one; ends by itself or not at all. */
function serveOn(dataDir: string) {
  return runHuying(['serve'], {
    env: { HUYING_DATA_DIR: join(dataDir, 'data'), HUYING_HTTP_PORT: '0', HUYING_MQTT_PORT: '0' },
  })
}

afterAll(async () => {
  for (const service of services) await service.kill().catch(() => {})
  for (const dir of folders) await removeDataDir(dir)
})

describe('two services on one machine', () => {
  beforeAll(async () => {
    await Promise.all([start(await freshFolder()), start(await freshFolder())])
  }, 60_000)

  it('know nothing of each other: ports, devices and readings are their own', async () => {
    const [one, other] = services as [Service, Service]
    expect(new Set([one.httpUrl, other.httpUrl, one.mqttUrl, other.mqttUrl]).size).toBe(4)
    const tokens = await Promise.all(services.map((service) => addDevice(service, 'meter-1', 'meter')))
    for (const [index, service] of services.entries()) {
      const device = await connectDevice(service, 'meter-1', tokens[index] as string)
      for (let seq = 0; seq <= index; seq++) await device.send({ level_m: seq }, { seq })
      await device.close()
      const count = () => service.call<{ count: number }>('GET', '/api/v1/readings?device=meter-1&count=true')
      await eventually(count, (seen) => seen.count === index + 1)
    }
    await expect(connectDevice(one, 'meter-1', tokens[1] as string)).rejects.toThrow(/bad user ?name or password/i)
  })

  it('never share a folder: the second is turned away with who holds it, and the first does not notice', async () => {
    const [one] = services as [Service]
    const { code, stdout, stderr } = await serveOn(one.dataDir)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^huying: another process uses the folder/)
    expect(stderr).toContain(`"pid":${one.pid}`)
    expect(stdout).not.toContain('"ready"')
    expect((await fetch(`${one.httpUrl}/readyz`)).status).toBe(200)
  })

  it('never share a port: the second says which one is taken', async () => {
    const [one] = services as [Service]
    const dataDir = await freshFolder()
    for (const [name, url] of [
      ['HUYING_HTTP_PORT', one.httpUrl],
      ['HUYING_MQTT_PORT', one.mqttUrl.replace('mqtt', 'http')],
    ] as const) {
      const { port } = new URL(url)
      const env = {
        HUYING_HTTP_HOST: '127.0.0.1',
        HUYING_MQTT_HOST: '127.0.0.1',
        HUYING_DATA_DIR: join(dataDir, 'data'),
      }
      const ports = { HUYING_HTTP_PORT: '0', HUYING_MQTT_PORT: '0', [name]: port }
      const { code, stderr } = await runHuying(['serve'], { env: { ...env, ...ports } })
      expect([name, code]).toEqual([name, 78])
      expect(stderr).toMatch(/^huying: the (HTTP|MQTT) port cannot be used .*EADDRINUSE/)
      expect(stderr).toContain(port)
    }
  }, 60_000)
})

describe('two starts at once on a fresh folder', () => {
  it('give one service, and one that is turned away', async () => {
    const dataDir = await freshFolder()
    const starts = await Promise.allSettled([start(dataDir), start(dataDir)])
    const turnedAway = starts.filter((one) => one.status === 'rejected')
    expect(turnedAway).toHaveLength(1)
    expect(String(turnedAway[0]?.reason)).toContain('another process uses the folder')
    const winner = services.at(-1) as Service
    expect((await fetch(`${winner.httpUrl}/readyz`)).status).toBe(200)
    const lock = JSON.parse(readFileSync(join(dataDir, 'data/huying.lock'), 'utf8')) as { pid: number }
    expect(lock.pid).toBe(winner.pid)
  }, 60_000)
})
