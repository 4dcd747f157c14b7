// The real service: `dist/app/main.js serve` as a process, on free loopback ports, with a data folder of its own.
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { makeFolder, removeFolder, start, stop } from './children.mjs'

const MAIN = fileURLToPath(new URL('../../../dist/app/main.js', import.meta.url))
const COLLECT = new URL('../processes/collect.mjs', import.meta.url).href
const TOKEN = 'bench-token'
const COMPLAINTS_SHOWN = 3
const ANSWER_WITHIN_MS = 10_000
const RULES = `rules:
  - id: bench-above
    title: { zh: 测速, en: Bench }
    category: fire
    kind: threshold
    where: { type: smoke-detector, metric: bench_level }
    above: 1000
    severity: warning
`

/** `collects`: it can be asked for what its memory holds once the garbage is gone. */
export async function startService({ env = {}, nodeArgs = [], collects = false } = {}) {
  const folder = makeFolder()
  const rules = join(folder, 'rules')
  mkdirSync(rules)
  writeFileSync(join(rules, 'bench.yaml'), RULES)
  const collectArgs = collects ? ['--expose-gc', '--import', COLLECT] : []
  const child = start(process.execPath, [...collectArgs, ...nodeArgs, MAIN, 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit', ...(collects ? ['ipc'] : [])],
    env: {
      ...process.env,
      ...{ HUYING_DATA_DIR: join(folder, 'data'), HUYING_RULES_DIR: rules, HUYING_SHIPPED_RULES: 'true' },
      // Every second message ends the alert of the one before: what is measured must not be held open.
      HUYING_FLAP_CHANGES: '0',
      ...{ HUYING_HTTP_PORT: '0', HUYING_MQTT_PORT: '0', HUYING_HTTP_HOST: '127.0.0.1', HUYING_MQTT_HOST: '127.0.0.1' },
      ...{
        HUYING_ADMIN_TOKEN: TOKEN,
        HUYING_ENROLMENT: 'open',
        DATABASE_URL: '',
        MQTT_URL: '',
        LOG_LEVEL: 'info',
        TMPDIR: folder,
      },
      ...env,
    },
  })
  const { httpPort, mqttPort } = await readyLine(child)
  const httpUrl = `http://127.0.0.1:${httpPort}`
  const headers = { authorization: `Bearer ${TOKEN}` }
  const metrics = async () => (await fetch(`${httpUrl}/metrics`, { headers })).text()
  return {
    ...{ pid: child.pid, port: mqttPort, httpUrl, token: TOKEN, metrics },
    feed: { url: `ws://127.0.0.1:${httpPort}/api/v1/dispatch`, token: TOKEN },
    /** The value of one line of `/metrics`, named with its labels. */
    async metric(name) {
      const line = (await metrics()).split('\n').find((each) => each.startsWith(`${name} `))
      return Number(line?.slice(name.length + 1))
    },
    /** Bytes that the main thread holds after a garbage collection, which stops it for some 50 ms. */
    async collect() {
      const answered = once(child, 'message', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
      child.send('collect')
      const [held] = await answered
      return held
    },
    /** How late its event loop was since the last call, milliseconds `{p50, p99, max}`; the first call begins. */
    async loopDelay() {
      const answered = once(child, 'message', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
      child.send('loop')
      const [delay] = await answered
      return delay
    },
    async addDevice(id, type) {
      const body = JSON.stringify({ id, type })
      const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
      const response = await fetch(`${httpUrl}/api/v1/devices`, sent)
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    },
    /** Throws when anything was refused: what is not taken in is no measure of taking in. */
    async checkRefusals() {
      const { items } = await (await fetch(`${httpUrl}/api/v1/refusals`, { headers })).json()
      if (items.length > 0) throw new Error(`the service refused messages: ${JSON.stringify(items[0])}`)
    },
    /** `gently` lets it close by itself, which a profile needs. */
    async stop({ gently = false } = {}) {
      await stop(child, gently ? 'SIGTERM' : 'SIGKILL')
      removeFolder(folder)
    },
  }
}

/** The first warnings and errors of the log are printed: a bench of a service that complains is worth nothing. */
function readyLine(child) {
  let complaints = 0
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`huying ended with ${code} before it was ready`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line)
      if (entry.level >= 40 && complaints++ < COMPLAINTS_SHOWN) console.error(`  service: ${line.slice(0, 300)}`)
      if (entry.msg === 'ready') resolve(entry)
    })
  })
}
