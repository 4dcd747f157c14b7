import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { assetPath } from '../../core/source-path.ts'
import type { Evidence } from '../../core/suspicion.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { alertOf } from '../dashboards/alert-of.ts'
import { createMemoryPorts, type MemoryPorts } from '../dashboards/memory-ports.ts'

/** The real API and page over memory, for states that the real service is seldom in. */
export interface MemoryService {
  ports: MemoryPorts
  url: string
  stop(): Promise<void>
  /** Comes back on the same port. */
  restart(): Promise<void>
}

export async function startMemoryService(options: { demo: boolean }): Promise<MemoryService> {
  const worldFile = assetPath('simulators/world/wenjin.geojson')
  const ports = createMemoryPorts({ nowMs: () => Date.now(), demo: options.demo, worldFile })
  let api: FastifyInstance = await createApi(ports)
  await api.listen({ port: 0, host: '127.0.0.1' })
  const { port } = api.server.address() as AddressInfo
  return {
    ports,
    url: `http://127.0.0.1:${port}`,
    stop: () => api.close(),
    async restart() {
      api = await createApi(ports)
      await api.listen({ port, host: '127.0.0.1' })
    },
  }
}

/** Places in the sub-district, in WGS-84. */
const AT = {
  east: { lat: 31.3152, lon: 120.6245 },
  river: { lat: 31.3185, lon: 120.6335 },
  north: { lat: 31.3205, lon: 120.6205 },
}

/** A few devices, readings and open alerts of every level, the last one raised a minute ago. */
export function furnish(ports: MemoryPorts): void {
  const nowMs = Date.now()
  ports.addDevice({ id: 'SN-1', name: '一层烟感', place: '东园路45号', position: AT.east })
  ports.addDevice({ id: 'SN-2', type: 'water-level', name: '三号水位计', place: '文津河 K1+200', position: AT.river })
  ports.addDevice({ id: 'SN-9', type: 'tilt-sensor', place: '听雨轩12号', position: AT.north })
  const steps = Array.from({ length: 120 }, (_, step) => nowMs - (120 - step) * 10_000)
  ports.addReadings(
    steps.map((atMs, step) => ({
      device: 'SN-1',
      metric: 'smoke_dbm',
      atMs,
      value: 0.03 + 0.01 * Math.sin(step) + Math.max(0, step - 105) * 0.015,
      arrivalMs: atMs,
    })),
  )
  const raisedAtMs = nowMs - 60_000
  const times = { raisedAtMs, lastAtMs: raisedAtMs }
  ports.change(alertOf({ id: 'A-SMOKE', ...times }))
  ports.change(
    alertOf({
      id: 'A-LEVEL',
      rule: 'river-level',
      ruleTitle: { zh: '水位超警戒', en: 'Water level high' },
      category: 'river',
      severity: 'minor',
      subject: { device: 'SN-2', metric: 'level_m' },
      place: '文津河 K1+200',
      reason: { code: 'above', metric: 'level_m', value: 3.32, limit: 3.2, unit: 'm', durationS: 300 },
      occurrences: 4,
      raisedAtMs: raisedAtMs - 400_000,
      lastAtMs: raisedAtMs,
    }),
  )
  ports.change(
    alertOf({
      id: 'A-SILENT',
      rule: 'silent',
      ruleTitle: { zh: '设备失联', en: 'Device silent' },
      category: 'device',
      severity: 'warning',
      subject: { device: 'SN-9' },
      place: '听雨轩12号',
      reason: { code: 'silent', durationS: 900 },
      state: 'cleared',
      clearedAtMs: nowMs - 5_000,
      raisedAtMs: raisedAtMs - 900_000,
      lastAtMs: raisedAtMs - 900_000,
    }),
  )
}

/** A house in which works are likely: heard by day and by night, with a neighbour who files works, and nobody there yet. */
export function suspect(ports: MemoryPorts): void {
  const nowMs = Date.now()
  const [hourMs, dayMs] = [3_600_000, 86_400_000]
  const piece = (kind: string, zh: string, en: string, weight: number, ageMs: number): Evidence => ({
    ...{ kind, title: { zh, en }, cancels: { zh: '备案', en: 'a filing' }, from: ['SN-9'], otherCauses: [] },
    ...{ fromMs: nowMs - ageMs - hourMs, atMs: nowMs - ageMs, facts: {}, fullWeight: weight, weight },
  })
  const neighbour = {
    code: 'neighbour',
    title: { zh: '邻屋施工', en: 'works next door' },
    leaves: 0.5,
    building: '听雨轩13号',
  }
  ports.change(
    alertOf({
      id: 'A-WORKS',
      rule: 'renovation-likely',
      ruleTitle: { zh: '疑似违规装修', en: 'Unfiled works likely' },
      category: 'heritage',
      severity: 'major',
      subject: { place: '听雨轩12号' },
      place: '听雨轩12号',
      reason: { code: 'suspected', value: 0.93, limit: 0.8 },
      raisedAtMs: nowMs - 3 * hourMs,
      lastAtMs: nowMs - hourMs,
      suspicion: {
        ...{ building: 'h12', address: '听雨轩12号', state: 'likely', probability: 0.93, prior: -4.6, windows: [] },
        evidence: [
          {
            ...piece('vibration', '墙体振动', 'Vibration of walls', 3.1, 3 * dayMs),
            facts: { hours: 4.5, usual: 0.2 },
          },
          { ...piece('dust', '粉尘升高', 'Dust', 1.4, 2 * hourMs), otherCauses: [neighbour] },
          piece('quiet_visit', '上门未见施工', 'A visit that found nothing', -0.8, 6 * dayMs),
        ],
        further: { pieces: 2, weight: 0.3 },
        filing: { askedMs: nowMs, record: null },
        likelySinceMs: nowMs - 3 * hourMs,
        visitByMs: nowMs - hourMs,
      },
    }),
  )
}
