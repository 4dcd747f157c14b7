import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { silentLog } from '../../core/log.ts'
import { assetPath } from '../../core/source-path.ts'
import { loadRules } from '../../detectors/rules/files/load-rules.ts'
import { folderHolder } from '../../storage/folder-lock.ts'
import type { Config } from '../config-schema.ts'
import { explain } from '../exit-codes.ts'
import { loadInhibitions } from '../inhibition-files.ts'
import { loadOutputs } from '../output-files.ts'
import { ruleFolders } from '../rules-in-force.ts'
import { configOf } from './service.ts'

/** One thing that was looked at: what was found, and what to do when it is wrong. */
interface Finding {
  subject: string
  ok: boolean
  found: string
  advice?: string
}
type Check = (config: Config) => Promise<Finding>

const GIB = 1024 ** 3
/** A store that does not answer by then is away. */
const PROBE_MS = 10_000
const ENOUGH_DISK_BYTES = 2 * GIB

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .option('--json', 'one JSON array')
    .description('check ports, disk, database, models and rules, and say what to do')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(configOf(program))
      if (options.json) console.log(JSON.stringify(findings))
      else for (const finding of findings) console.log(toLine(finding))
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1
    })
}

function toLine({ ok, subject, found, advice }: Finding): string {
  return `${ok ? ' ok ' : 'FAIL'}  ${subject}: ${found}${!ok && advice ? `\n      → ${advice}` : ''}`
}

async function examine(config: Config): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of [
    node,
    httpPort,
    mqttPort,
    dataFolder,
    disk,
    database,
    models,
    rules,
    inhibitions,
    outputs,
    pictures,
  ])
    findings.push(await check(config))
  return findings
}

const outputs: Check = async (config) => {
  const subject = 'outputs'
  try {
    const plan = await loadOutputs(config.outputs.file)
    return { subject, ok: true, found: `${Object.keys(plan.outputs).length} besides dispatch` }
  } catch (error) {
    return { subject, ok: false, found: explain(error), advice: 'mend the file that outputs.file names' }
  }
}

const node: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > 20 || (major === 20 && minor >= 19)
  return { subject: 'Node.js', ok, found: process.version, advice: 'install Node.js 20.19 or newer' }
}

const httpPort: Check = ({ http }) => port('HTTP port', http.host, http.port, 'HUYING_HTTP_PORT')
const mqttPort: Check = ({ mqtt }) =>
  mqtt.url
    ? Promise.resolve({ subject: 'MQTT', ok: true, found: 'an external broker is used' })
    : port('MQTT port', mqtt.host, mqtt.port, 'HUYING_MQTT_PORT')

async function port(subject: string, host: string, number: number, variable: string): Promise<Finding> {
  const server = createServer()
  try {
    await new Promise<void>((done, fail) => server.once('error', fail).listen(number, host, done))
    return { subject, ok: true, found: `${number} is free` }
  } catch (error) {
    const advice = `something else listens there (perhaps huying itself): stop it, or set ${variable} to another port`
    return { subject, ok: false, found: `${number}: ${explain(error)}`, advice }
  } finally {
    server.close()
  }
}

const dataFolder: Check = async ({ dataDir }) => {
  const subject = 'data folder'
  const found = resolve(dataDir)
  try {
    await mkdir(dataDir, { recursive: true })
    await access(dataDir, constants.W_OK)
    const pid = await folderHolder(dataDir)
    if (pid === null) return { subject, ok: true, found }
    return { subject, ok: false, found: `${found}: process ${pid} uses it`, advice: 'stop it, or set HUYING_DATA_DIR' }
  } catch (error) {
    const advice = 'make it writable, or set HUYING_DATA_DIR'
    return { subject, ok: false, found: `${found}: ${explain(error)}`, advice }
  }
}

const disk: Check = async ({ dataDir }) => {
  const { bavail, bsize } = await statfs(dataDir).catch(() => statfs('.'))
  const free = bavail * bsize
  const advice = 'make room, or move the data folder: a full disk stops every acknowledgement'
  return { subject: 'disk', ok: free > ENOUGH_DISK_BYTES, found: `${(free / GIB).toFixed(1)} GiB free`, advice }
}

const database: Check = async ({ database: { url } }) => {
  const subject = 'database'
  if (!url) return { subject, ok: true, found: 'embedded PGlite' }
  try {
    const { probeDatabase } = await import('../../storage/database/probe-database.ts')
    return { subject, ok: true, found: await probeDatabase(url) }
  } catch (error) {
    return { subject, ok: false, found: explain(error), advice: 'check DATABASE_URL, the server, and its password' }
  }
}

const models: Check = async ({ vision: { manifest } }) => {
  const path = manifest || assetPath('detectors/models/manifest.yaml')
  const { createVision } = await import('../../detectors/vision/vision.ts')
  const vision = createVision({ manifestPath: path, workers: 1, log: silentLog })
  const advice = 'the file may be damaged or not match the manifest: restore it or correct the manifest'
  try {
    await vision.start()
    const { model, fault } = vision.status()
    if (fault === null) return { subject: 'models', ok: true, found: `${model} loads and fits` }
    return { subject: 'models', ok: false, found: `${model} loads and fits, its shadow does not: ${fault}`, advice }
  } catch (error) {
    return { subject: 'models', ok: false, found: explain(error), advice }
  } finally {
    await vision.stop()
  }
}

const rules: Check = async (config) => {
  const result = await loadRules(ruleFolders(config))
  if ('rules' in result) return { subject: 'rules', ok: true, found: `${result.rules.rules.length} rules, all fine` }
  const advice = 'huying rules check tells file and line of each'
  return { subject: 'rules', ok: false, found: `${result.faults.length} faults`, advice }
}

const inhibitions: Check = async ({ noise }) => {
  const subject = 'inhibitions'
  try {
    const found = await loadInhibitions({ shipped: noise.shippedInhibitions, file: noise.inhibitions })
    return { subject, ok: true, found: `${found.length}, all fine` }
  } catch (error) {
    return { subject, ok: false, found: explain(error), advice: 'mend the file that noise.inhibitions names' }
  }
}

const pictures: Check = async ({ media }) => {
  const subject = 'pictures'
  const found: string[] = []
  if (media.folder) {
    try {
      await mkdir(media.folder, { recursive: true })
      await access(media.folder, constants.W_OK)
      found.push(`folder ${resolve(media.folder)}`)
    } catch (error) {
      return { subject, ok: false, found: explain(error), advice: 'make it writable, or set HUYING_FRAMES_DIR' }
    }
  }
  if (media.endpoint && media.bucket) {
    const page = await probeBucket(media)
    const advice = 'check media.endpoint, media.bucket and the key: it must be allowed to list and to read'
    if ('fault' in page)
      return { subject, ok: false, found: `bucket ${media.bucket} ${page.fault}: ${page.detail}`, advice }
    found.push(`bucket ${media.bucket}`)
  }
  return { subject, ok: true, found: found.join(', ') || 'no folder and no bucket configured' }
}

async function probeBucket(media: Config['media']) {
  const { createS3Store } = await import('../../ingest/media/s3-store.ts')
  try {
    return await createS3Store({ ...media, timeoutMs: PROBE_MS }).list(media.prefix)
  } catch (error) {
    return { fault: 'unreachable', detail: explain(error) }
  }
}
