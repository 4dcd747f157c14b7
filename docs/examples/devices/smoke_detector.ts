/**
 * A smoke detector that behaves, to copy from. It needs `npm install mqtt`.
 * Environment: HUYING_MQTT_URL (mqtt, mqtts, ws or wss), HUYING_CA_FILE (certificate to trust), HUYING_DEVICE_ID, HUYING_DEVICE_TOKEN,
 * HUYING_REPORT_EVERY_S.
 */
import { readFileSync } from 'node:fs'
import mqtt from 'mqtt'

const {
  HUYING_MQTT_URL = 'mqtt://127.0.0.1:1883',
  HUYING_DEVICE_ID = 'smoke-1',
  HUYING_DEVICE_TOKEN = '',
  HUYING_CA_FILE,
} = process.env
const everyMs = Number(process.env.HUYING_REPORT_EVERY_S ?? 60) * 1000
const topic = (channel: string) => `huying/v1/${HUYING_DEVICE_ID}/${channel}`

let seq = 0
/** What the device's clock is off by, as far as the service told it. */
let clockOffMs = 0

const FIRST_RETRY_MS = 2_000
const LONGEST_RETRY_MS = 60_000

const client = mqtt.connect(HUYING_MQTT_URL, {
  clientId: HUYING_DEVICE_ID,
  username: HUYING_DEVICE_ID,
  password: HUYING_DEVICE_TOKEN,
  protocolVersion: 4,
  ...(HUYING_CA_FILE && { ca: readFileSync(HUYING_CA_FILE) }),
  keepalive: 60,
  reconnectPeriod: FIRST_RETRY_MS,
  will: { topic: topic('status'), payload: Buffer.from('{"online": false}'), qos: 1, retain: false },
})

client.on('connect', () => {
  client.options.reconnectPeriod = FIRST_RETRY_MS
  client.publish(topic('status'), JSON.stringify({ online: true, type: 'smoke-detector', firmware: '1.0.0' }), {
    qos: 1,
  })
  client.subscribe(topic('commands'), { qos: 1 })
})

// Twice as long after each attempt, and never all devices at the same moment.
client.on('reconnect', () => {
  const next = Math.min(LONGEST_RETRY_MS, (client.options.reconnectPeriod ?? FIRST_RETRY_MS) * 2)
  client.options.reconnectPeriod = next * (0.8 + 0.4 * Math.random())
})

client.on('message', (_topic, payload) => {
  try {
    const command = JSON.parse(payload.toString()) as { name?: string; at?: string }
    if (command.name === 'set_clock' && command.at !== undefined) clockOffMs = Date.parse(command.at) - Date.now()
  } catch {
    // Not a command: go on.
  }
})
client.on('error', ({ message }) => process.stderr.write(`${message}\n`))

/** Kept and sent again by the client until it is acknowledged, also when it is offline now. */
function report(): void {
  const at = new Date(Date.now() + clockOffMs).toISOString()
  const values = { smoke_dbm: measureSmoke(), temp_c: 21.5, battery_pct: 97 }
  client.publish(topic('readings'), JSON.stringify({ at, seq: seq++, values }), { qos: 1 })
}

function measureSmoke(): number {
  return Math.round(Math.random() * 10) / 1000
}

setInterval(report, everyMs)
report()
