import { type ChildProcess, spawn } from 'node:child_process'

/** What a device needs to connect, as its process gets it in the environment. */
export interface DeviceAccess {
  host: string
  port: number
  id: string
  token: string
  everyS: number
}

export function toEnvironment({ host, port, id, token, everyS }: DeviceAccess): Record<string, string> {
  return {
    HUYING_MQTT_URL: `mqtt://${host}:${port}`,
    HUYING_MQTT_HOST: host,
    HUYING_MQTT_PORT: String(port),
    HUYING_DEVICE_ID: id,
    HUYING_DEVICE_TOKEN: token,
    HUYING_REPORT_EVERY_S: String(everyS),
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
