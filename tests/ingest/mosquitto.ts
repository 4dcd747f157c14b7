import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CANDIDATES = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto']

/** The Mosquitto binary of this machine (Debian: `apt install mosquitto`), or undefined. */
export const MOSQUITTO = CANDIDATES.find((path) => existsSync(path))

export interface Mosquitto {
  url: string
  port: number
  /** Kills it and starts it again on the same port; sessions are lost with it. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function startMosquitto(lines: string[] = []): Promise<Mosquitto> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'huying-mosquitto-'))
  const config = join(folder, 'mosquitto.conf')
  const fixed = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false', 'max_inflight_messages 0']
  writeFileSync(config, [...fixed, ...lines, ''].join('\n'))
  let process = await run(config, port)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    async restart() {
      await kill(process)
      process = await run(config, port)
    },
    async stop() {
      await kill(process)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function run(config: string, port: number): Promise<ChildProcess> {
  const child = spawn(MOSQUITTO as string, ['-c', config], { stdio: 'ignore' })
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return child
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
