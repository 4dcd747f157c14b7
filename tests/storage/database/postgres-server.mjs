import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const ROOT = '/usr/lib/postgresql'

/** Folder of the newest PostgreSQL server that is installed, or null. */
export function findPostgres() {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort((a, b) => Number(b) - Number(a)) : []
  for (const version of versions) if (existsSync(join(ROOT, version, 'bin/initdb'))) return join(ROOT, version, 'bin')
  return null
}

/** Settings of a server that is to have TimescaleDB, or null when this one's extension is not installed. */
export function findTimescale(bin) {
  const version = bin.split('/').at(-2)
  const isThere = existsSync(`/usr/share/postgresql/${version}/extension/timescaledb.control`)
  return isThere ? ['shared_preload_libraries=timescaledb', 'timescaledb.telemetry_level=off'] : null
}

export async function createPostgresServer(bin, settings = []) {
  const dir = mkdtempSync(join(tmpdir(), 'huying-pg-'))
  const user = process.getuid?.() === 0 ? idsOf('postgres') : null
  if (user !== null) chownSync(dir, user.uid, user.gid)
  chmodSync(dir, 0o700)
  const data = join(dir, 'data')
  const initdb = ['-D', data, '-U', 'huying', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C']
  execFileSync(join(bin, 'initdb'), initdb, { stdio: 'ignore', cwd: dir, ...user })
  const port = await freePort()
  const urlOf = (database) => `postgres://huying@127.0.0.1:${port}/${database}`
  let child = null
  let databases = 0

  async function end(signal) {
    const running = child
    if (running === null) return
    child = null
    const exited = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await exited
  }

  const server = {
    port,
    async createDatabase() {
      const name = `huying_${++databases}`
      const admin = new pg.Client({ connectionString: urlOf('postgres') })
      await admin.connect()
      await admin.query(`create database ${name}`)
      await admin.end()
      return urlOf(name)
    },
    async start() {
      if (child !== null) return
      const options = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${dir}`, ...settings]
      const args = ['-D', data, ...options.flatMap((option) => ['-c', option])]
      child = spawn(join(bin, 'postgres'), args, { stdio: 'ignore', cwd: dir, ...user })
      await untilConnected(urlOf('postgres'))
    },
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGINT')
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return server
}

function idsOf(name) {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = (line ?? '').split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** After kill -9 the server first replays its log, and its children must be gone: try until it answers. */
async function untilConnected(url) {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (err) {
      if (attempt === 300) throw err
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
