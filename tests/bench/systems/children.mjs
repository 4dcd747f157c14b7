// Everything that a bench starts: its processes and folders go when it ends, however it ends.
import { fork, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TICK_US = 10_000
const ANSWER_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 30_000
const running = new Set()
const folders = new Set()
const last = new Set()

process.on('exit', () => {
  for (const work of last) work()
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

/** What must be done, in one turn, when the benches end. */
export function atExit(work) {
  last.add(work)
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Readable by others too: PostgreSQL runs as another user. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'huying-bench-'))
  chmodSync(folder, 0o755)
  folders.add(folder)
  return folder
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  folders.delete(folder)
}

export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'ignore', ...options })
  return keep(child)
}

function keep(child) {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Resolves when it is gone; SIGKILL when `signal` was not enough. */
export async function stop(child, signal = 'SIGKILL') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await exited
  clearTimeout(timer)
}

/**
 * A program of `processes/`: `first` resolves with what it says when it is ready, `ask` sends one message and resolves
 * with the answer. What it reports as a fault is printed.
 */
export async function startProgram(name, options = {}) {
  const file = fileURLToPath(new URL(`../processes/${name}.mjs`, import.meta.url))
  const child = keep(fork(file, [JSON.stringify(options)]))
  let isStopping = false
  child.on('message', ({ fault }) => {
    if (fault && !isStopping) console.error(`  ${name}: ${fault}`)
  })
  const answer = () =>
    new Promise((resolve, reject) => {
      const end = (settle, value) => {
        clearTimeout(timer)
        child.off('message', listen)
        child.off('exit', leave)
        settle(value)
      }
      const timer = setTimeout(() => end(reject, new Error(`${name} did not answer in time`)), ANSWER_WITHIN_MS)
      const leave = (code) => end(reject, new Error(`${name} ended with ${code}`))
      const listen = (message) => {
        if ('done' in message) end(resolve, message.done)
      }
      child.on('message', listen)
      child.once('exit', leave)
    })
  const first = await answer()
  return {
    first,
    pid: child.pid,
    ask(message) {
      const answered = answer()
      child.send(message)
      return answered
    },
    stop() {
      isStopping = true
      return stop(child)
    },
  }
}

/** CPU time in µs of a process with all its threads, and of its main thread alone. */
export function cpuOf(pid) {
  const of = (file) => {
    const fields = readFileSync(file, 'utf8').split(') ').at(-1).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  }
  return { allUs: of(`/proc/${pid}/stat`), mainUs: of(`/proc/${pid}/task/${pid}/stat`) }
}

export function footprintOf(pid) {
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return { rssMb: rssKb / 1024, handles: readdirSync(`/proc/${pid}/fd`).length }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

export async function untilAccepts(port, child) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before it listened`)
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await sleep(50)
  }
  throw new Error(`nothing listened on ${port} within 30 s`)
}
