import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import type { AlertEventView } from '../../core/alert-view.ts'
import { createDispatchClient, type DispatchClient } from '../../core/dispatch-client/index.ts'
import { assetPath } from '../../core/source-path.ts'

export const ADMIN_TOKEN = 'acceptance-test-token'

/** A real huying process on free ports, with a data folder of its own. */
export interface Service {
  httpUrl: string
  mqttUrl: string
  dataDir: string
  pid: number
  /** JSON request with the admin token; throws when the answer is not 2xx. */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** SIGKILL, at once; the data folder stays. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  log: string[]
}

export async function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'huying-test-'))
}

export async function removeDataDir(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true })
}

interface Launch {
  dataDir: string
  env?: Record<string, string>
  node?: string
}

/** A `huying serve` that may not be ready yet. */
export interface LaunchedService {
  child: ChildProcess
  log: string[]
  /** Rejects with the log when it ends before. */
  ready: Promise<{ httpPort: number; mqttPort: number }>
}

/** Starts `huying serve` and does not wait. */
export function launchService({ dataDir, env = {}, node = process.execPath }: Launch): LaunchedService {
  const child = spawn(node, [assetPath('dist/app/main.js'), 'serve'], {
    cwd: dataDir,
    env: {
      ...process.env,
      HUYING_DATA_DIR: join(dataDir, 'data'),
      HUYING_HTTP_PORT: '0',
      HUYING_MQTT_PORT: '0',
      HUYING_HTTP_HOST: '127.0.0.1',
      HUYING_MQTT_HOST: '127.0.0.1',
      HUYING_ADMIN_TOKEN: ADMIN_TOKEN,
      DATABASE_URL: '',
      MQTT_URL: '',
      HUYING_PATH_TEST_EVERY_S: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  return { child, log, ready: readyLine(child, log) }
}

/** Starts `huying serve` and waits for its ready line. Throws with the log when it ends before. */
export async function startService(options: Launch): Promise<Service> {
  const { dataDir } = options
  const { child, log, ready } = launchService(options)
  const { httpPort, mqttPort } = await ready
  const httpUrl = `http://127.0.0.1:${httpPort}`
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return {
    httpUrl,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    dataDir,
    pid: child.pid as number,
    log,
    async call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${httpUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** A service in a folder of its own, for all tests of a file. */
export interface FreshService extends Service {
  /** Ends it, at once, and removes its folder. */
  remove(): Promise<void>
  /** Starts it once more in its folder, after it has ended. */
  again(): Promise<FreshService>
}

/** A rule for those who need any. */
export const PUMP_HOT = `rules:
  - id: pump-hot
    title: { zh: 水泵过热, en: Pump too hot }
    category: other
    kind: threshold
    where: { type: pump, metric: temp_c }
    above: 80
    severity: major
`

interface Fresh extends Pick<Launch, 'env'> {
  /** Text of a rule file that it starts with. */
  rules?: string
  /** The same of its configuration. */
  config?: string
}

export async function startFresh({ rules, config, env = {} }: Fresh = {}): Promise<FreshService> {
  const dataDir = await makeDataDir()
  const rulesDir = join(dataDir, 'rules')
  if (rules !== undefined) {
    await mkdir(rulesDir)
    await writeFile(join(rulesDir, 'own.yaml'), rules)
  }
  if (config !== undefined) await writeFile(join(dataDir, 'huying.yaml'), config)
  const own = rules === undefined ? {} : { HUYING_RULES_DIR: rulesDir }
  async function start(): Promise<FreshService> {
    const service = await startService({ dataDir, env: { ...own, ...env } })
    return {
      ...service,
      async remove() {
        await service.kill()
        await removeDataDir(dataDir)
      },
      again: start,
    }
  }
  return start()
}

function readyLine(child: ChildProcess, log: string[]): Promise<{ httpPort: number; mqttPort: number }> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`huying ended with ${code} before it was ready:\n${log.join('\n')}`)))
    child.stderr?.on('data', (text: Buffer) => log.push(text.toString()))
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      log.push(line)
      // Of a process that was killed the last line may be half there.
      if (!line.endsWith('}')) return
      const entry = JSON.parse(line) as { msg?: string; httpPort: number; mqttPort: number }
      if (entry.msg === 'ready') resolve(entry)
    })
  })
}

/** Tries until it holds; gives up after `withinMs` with what was seen last. For waiting, not for timing. */
export async function eventually<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > deadline) throw new Error(`never held; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A dispatch subscriber that keeps what it got. */
export interface Listener {
  client: DispatchClient
  events: { event: AlertEventView; cursor: string }[]
  /** Resolves with the first event, past or to come, that fits. */
  event(fits: (event: AlertEventView) => boolean): Promise<AlertEventView>
  close(): void
}

export async function listen(service: Service, subscriber: string, after?: string): Promise<Listener> {
  const events: Listener['events'] = []
  let subscribed = () => {}
  const ready = new Promise<void>((resolve) => {
    subscribed = resolve
  })
  const client = createDispatchClient({
    url: `${service.httpUrl.replace('http', 'ws')}/api/v1/dispatch`,
    token: ADMIN_TOKEN,
    subscriber,
    ...(after !== undefined && { after }),
    WebSocket,
    onEvent: (event, cursor) => events.push({ event, cursor }),
    onSubscribed: () => subscribed(),
  })
  client.start()
  await ready
  return {
    client,
    events,
    async event(fits) {
      const found = await eventually(
        async () => events.find(({ event }) => fits(event)),
        (seen) => seen !== undefined,
      )
      return (found as Listener['events'][number]).event
    },
    close: client.close,
  }
}

/** Registers a device and returns its token. */
export async function addDevice(service: Service, id: string, type: string, more: object = {}): Promise<string> {
  const { token } = await service.call<{ token: string }>('POST', '/api/v1/devices', { id, type, ...more })
  return token
}
