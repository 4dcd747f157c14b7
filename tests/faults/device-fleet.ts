import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import type { Random } from './random.ts'
import type { ConditionRecord } from './testimony.ts'

/** What raises and clears alerts: devices at their broker that send again what was not acknowledged, in order. */
export interface DeviceFleet {
  /** Sends until `calm`; then clears everything and resolves when all of it is acknowledged. */
  send(): Promise<void>
  calm(): void
  /** One more condition of the first device, to be recognised by its value. */
  curtain(value: number): Promise<void>
  close(): Promise<void>
  readonly conditions: ConditionRecord[]
  /** Acknowledged messages and values of each device. */
  readonly sent: { device: string; messages: number; samples: number }[]
}

export const RULES = [
  { id: 'hot-0', category: 'fire', severity: 'critical' },
  { id: 'hot-1', category: 'safety', severity: 'major' },
  { id: 'hot-2', category: 'river', severity: 'minor' },
  { id: 'hot-3', category: 'other', severity: 'warning' },
] as const
const HIGH_ABOVE = 80

/** Rules that say at once what they see, one for each metric. */
export const RULES_YAML = `rules:
${RULES.map(
  ({ id, category, severity }) => `  - id: ${id}
    title: { zh: 过热, en: Too hot }
    category: ${category}
    kind: threshold
    where: { type: oven, metric: ${metricOf(id)} }
    above: ${HIGH_ABOVE}
    severity: ${severity}
`,
).join('')}`

export function metricOf(rule: string): string {
  return rule.replace('-', '_')
}

export interface FleetPlan {
  devices: number
  /** ms between two messages of a device. */
  paceMs: [from: number, to: number]
}

export function deviceNames(devices: number): string[] {
  return Array.from({ length: devices }, (_, index) => `oven-${index}`)
}

export function createDeviceFleet(options: {
  mqttUrl: string
  tokens: Map<string, string>
  plan: FleetPlan
  randomOf(name: string): Random
}): DeviceFleet {
  const { mqttUrl, tokens, plan, randomOf } = options
  let calm = false
  const devices = [...tokens].map(([id, token]) => createOven(id, connect(mqttUrl, id, token), randomOf(id)))

  return {
    async send() {
      await Promise.all(
        devices.map(async (device) => {
          while (!calm) {
            await device.change()
            await sleep(device.random.between(...plan.paceMs))
          }
          await device.settle()
        }),
      )
    },
    calm() {
      calm = true
    },
    curtain: (value) => devices[0]?.say({ 'hot-0': value }) as Promise<void>,
    async close() {
      await Promise.all(devices.map(({ client }) => client.endAsync(true)))
    },
    conditions: devices.flatMap(({ conditions }) => conditions),
    get sent() {
      return devices.map(({ id, sent }) => ({ device: id, ...sent }))
    },
  }
}

function connect(url: string, id: string, token: string): MqttClient {
  const client = mqtt.connect(url, {
    ...{ username: id, password: token, clientId: id },
    ...{ reconnectPeriod: 150, connectTimeout: 5_000, keepalive: 5 },
  })
  client.on('error', () => undefined)
  return client
}

/** Some of them have several messages on their way; all of them say each thing once, and keep to their order. */
function createOven(id: string, client: MqttClient, random: Random) {
  const conditions = RULES.map(
    ({ id: rule }): ConditionRecord => ({ rule, device: id, metric: metricOf(rule), high: [] }),
  )
  const sent = { messages: 0, samples: 0 }
  const inFlight = random.happens(0.5) ? 1 : 3
  const underWay = new Set<Promise<unknown>>()
  let seq = 0
  let lastAtMs = 0

  const isHigh = ({ high }: ConditionRecord) => high.at(-1) ?? false

  async function say(values: Record<string, number>): Promise<void> {
    lastAtMs = Math.max(lastAtMs + 1, Date.now())
    const message = {
      at: lastAtMs,
      seq: ++seq,
      values: Object.fromEntries(Object.entries(values).map(([rule, value]) => [metricOf(rule), value])),
    }
    for (const condition of conditions) {
      const value = values[condition.rule]
      if (value !== undefined) condition.high.push(value > HIGH_ABOVE)
    }
    await publish(JSON.stringify(message))
    sent.messages++
    sent.samples += Object.keys(values).length
  }

  /** mqtt.js gives back what it had not begun to send when a connection ends while older messages are sent again. */
  async function publish(payload: string): Promise<void> {
    for (;;) {
      try {
        await client.publishAsync(`huying/v1/${id}/readings`, payload, { qos: 1 })
        return
      } catch (error) {
        if (client.disconnecting) throw error
        // Those that were given back together are sent again in their order.
        await sleep(0)
      }
    }
  }

  async function change(): Promise<void> {
    const changing = conditions.filter(() => random.happens(0.4))
    if (changing.length === 0) return
    const saying = say(
      Object.fromEntries(
        changing.map((one) => [one.rule, isHigh(one) ? random.between(20, 70) : random.between(81, 120)]),
      ),
    ).finally(() => underWay.delete(saying))
    underWay.add(saying)
    if (underWay.size >= inFlight) await Promise.race(underWay)
  }

  async function settle(): Promise<void> {
    await Promise.all(underWay)
    await say(Object.fromEntries(conditions.map(({ rule }) => [rule, 20])))
  }

  return { id, client, random, conditions, sent, say, change, settle }
}
