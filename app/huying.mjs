#!/usr/bin/env node
/**
 * The command `huying`. In a checkout it first compiles what has changed since the last time (a few seconds, once), then
 * runs in this same process, so that signals and exit codes are the program's own.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'dist/.built')
const lock = join(root, 'node_modules/.huying-building')
const LOCK_STALE_MS = 120_000
const SOURCES = ['core', 'ingest', 'detectors', 'alerts', 'storage', 'simulators', 'dashboards', 'app']

function newestMs(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return /\.(tsx?|css|html|json)$/.test(path) ? stat.mtimeMs : 0
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), 0)
}

function isStale() {
  if (!existsSync(join(root, 'node_modules/typescript'))) return false
  if (!existsSync(stamp)) return true
  const builtMs = statSync(stamp).mtimeMs
  return [...SOURCES, 'package-lock.json'].some((name) => newestMs(join(root, name)) > builtMs)
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

/** One build at a time, however many start at once. */
async function withLock(work) {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > LOCK_STALE_MS) rmSync(lock, { recursive: true })
      else await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  process.on('exit', () => rmSync(lock, { recursive: true, force: true }))
  work()
  rmSync(lock, { recursive: true, force: true })
}

function build() {
  if (!isStale()) return
  const startedAt = new Date()
  process.stderr.write('huying: compiling …\n')
  run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
  run('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn', 'dashboards/web'])
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
}

if (isStale()) await withLock(build)
if (process.argv[2] !== 'build') await import('../dist/app/main.js')
