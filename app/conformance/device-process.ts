import { type ChildProcess, spawn } from 'node:child_process'
import { SCHEMES, type Way } from '../../simulators/conformance/way.ts'

/** What a device needs to connect, as its process gets it in the environment. */
export interface DeviceAccess {
  way: Way
  host: string
  port: number
  httpPort: number
  id: string
  token: string
  everyS: number
  /** The drone that a dock speaks for. */
  drone: string | null
  /** File with the certificate that it has to trust. */
  ca: string | null
}

/** The broker's address, as a library takes it. */
export function toMqttUrl({ way, host, port }: DeviceAccess): string {
  return `${SCHEMES[way]}://${host}:${port}${way.startsWith('ws') ? '/mqtt' : ''}`
}

export function toEnvironment(access: DeviceAccess): Record<string, string> {
  const { way, host, port, httpPort, id, token, everyS, drone, ca } = access
  return {
    HUYING_MQTT_URL: toMqttUrl(access),
    HUYING_MQTT_HOST: host,
    HUYING_MQTT_PORT: String(port),
    HUYING_MQTT_OVER: way,
    HUYING_HTTP_URL: `http://${host}:${httpPort}`,
    HUYING_DEVICE_ID: id,
    HUYING_DEVICE_TOKEN: token,
    HUYING_REPORT_EVERY_S: String(everyS),
    ...(ca !== null && { HUYING_CA_FILE: ca }),
    ...(drone !== null && { HUYING_DRONE_ID: drone }),
  }
}

export interface DeviceProcess {
  isOver(): boolean
  /** How it ended by itself, or null. */
  ended(): string | null
  stop(): Promise<void>
}

const STOP_WITHIN_MS = 3_000

/** Starts a maker's device program; what it prints goes to stderr. */
export function startDevice([command, ...args]: string[], access: DeviceAccess): DeviceProcess {
  const child: ChildProcess = spawn(command!, args, {
    env: { ...process.env, ...toEnvironment(access) },
    stdio: ['ignore', 2, 2],
  })
  let how: string | null = null
  const gone = new Promise<void>((resolve) => {
    child.once('error', ({ message }) => {
      how = message
      resolve()
    })
    child.once('exit', (code, signal) => {
      how = signal === null ? `exit code ${code}` : signal
      resolve()
    })
  })
  return {
    isOver: () => how !== null,
    ended: () => how,
    async stop() {
      if (how !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await gone
      clearTimeout(timer)
    },
  }
}
