import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Alert } from '../../core/alert.ts'
import { type AlertEvent, isAlertEvent } from '../../core/ledger-entry.ts'
import { runHuying } from '../acceptance/command.ts'
import { ADMIN_TOKEN, eventually, makeDataDir, removeDataDir } from '../acceptance/service.ts'
import { createPostgresServer, findPostgres } from '../storage/database/postgres-server.mjs'
import { createBareSubscriber } from './bare-subscriber.ts'
import { checkAll } from './check-all.ts'
import { checkDatabase } from './check-database.ts'
import { createClientSubscriber } from './client-subscriber.ts'
import { createDeviceFleet, deviceNames, type FleetPlan, RULES_YAML } from './device-fleet.ts'
import { createPeople } from './people.ts'
import { createRandom } from './random.ts'
import { readLedger } from './read-ledger.ts'
import type { FaultReport } from './report.ts'
import { createRestlessDatabase } from './restless-database.ts'
import { createRestlessService, type KillPlan, type RestlessService } from './restless-service.ts'
import type { Subscriber } from './subscriber.ts'
import { HABITS } from './subscriber-habits.ts'
import type { Testimony } from './testimony.ts'

export interface FaultPlan {
  seed: number
  /** It goes on until there were so many, and so many kills. */
  alerts: number
  kills: number
  /** A PostgreSQL that goes away and comes back, where one is installed; else the embedded database. */
  database: KillPlan | null
  service: KillPlan
  fleet: FleetPlan
  /** ms that it may take until everybody has everything once the faults are over. */
  settleMs: number
  say(line: string): void
}

/** Value of the condition that ends the run: whoever was told of it was told of all before it. */
const CURTAIN = 12_345
const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` }
/** Gates that keep alerts from subscribers are tested elsewhere: here everything that is raised is told. */
const SETTINGS = `noise: { flapChanges: 0, recurrences: 0, repeatCriticalS: 0, repeatMajorS: 0 }
rules: { shipped: false, dir: rules }
`

/** Runs the service under faults of all kinds at once and holds against its ledger what those outside saw. */
export async function runFaults(plan: FaultPlan): Promise<FaultReport> {
  const dataDir = await makeDataDir()
  const bin = plan.database && findPostgres()
  const server = bin ? await createPostgresServer(bin) : null
  try {
    await mkdir(join(dataDir, 'rules'))
    await writeFile(join(dataDir, 'rules/ovens.yaml'), RULES_YAML)
    await writeFile(join(dataDir, 'huying.yaml'), SETTINGS)
    await server?.start()
    const databaseUrl = (await server?.createDatabase()) ?? ''
    const service = await createRestlessService({
      dataDir,
      env: { DATABASE_URL: databaseUrl, HUYING_SNAPSHOT_EVERY_S: '0.7', HUYING_VISION_WORKERS: '1' },
      plan: plan.service,
      random: createRandom(plan.seed, 'service'),
    })
    const database =
      server && plan.database
        ? createRestlessDatabase({ server, plan: plan.database, random: createRandom(plan.seed, 'database') })
        : null
    try {
      return await run(plan, { dataDir, databaseUrl, service, database })
    } finally {
      await service.kill()
    }
  } finally {
    await server?.remove()
    await removeDataDir(dataDir)
  }
}

interface Stage {
  dataDir: string
  databaseUrl: string
  service: RestlessService
  database: ReturnType<typeof createRestlessDatabase> | null
}

async function run(plan: FaultPlan, stage: Stage): Promise<FaultReport> {
  const { service, database } = stage
  const startedMs = Date.now()
  await service.start()
  const cast = await enter(plan, service)
  const { fleet, people, subscribers, alerts } = cast
  const late = await perform(plan, stage, cast)
  await service.stop()

  const testimony = await testify(stage.dataDir, cast)
  const faults = [
    ...service.faults(),
    ...late.map((name) => `${name}: not done ${plan.settleMs / 1000} s after the last fault`),
    ...checkAll(testimony),
    ...(await verifyLedger(stage.dataDir)),
    ...(stage.databaseUrl === '' ? [] : await checkDatabase(stage.databaseUrl, testimony, fleet.sent)),
  ]
  return {
    ...{ seed: plan.seed, durationMs: Date.now() - startedMs, alerts: alerts.size, kills: service.kills },
    slowestStopMs: service.slowestStopMs,
    ...{ database: database?.away ?? null, repeatedCommands: people.repeated, testimony, faults },
    messages: fleet.sent.reduce((sum, { messages }) => sum + messages, 0),
    longestGapMs: new Map(subscribers.map(({ record, longestGapMs }) => [record.name, longestGapMs])),
  }
}

type Cast = Awaited<ReturnType<typeof enter>>

/** Everybody outside: devices, people, subscribers. */
async function enter({ seed, fleet: plan }: FaultPlan, { httpUrl, mqttUrl }: RestlessService) {
  const randomOf = (name: string) => createRandom(seed, name)
  const tokens = await registerDevices(httpUrl, plan.devices)
  const fleet = createDeviceFleet({ mqttUrl, tokens, plan, randomOf })
  const people = createPeople({ httpUrl, token: ADMIN_TOKEN, random: randomOf('people') })
  const alerts = new Set<string>()
  const shared = { url: `${httpUrl.replace('http', 'ws')}/api/v1/dispatch`, token: ADMIN_TOKEN, isCurtain }
  const subscribers = HABITS.map((habits): Subscriber => {
    const own = { ...shared, habits, random: randomOf(habits.name) }
    if (!habits.client) return createBareSubscriber(own)
    return createClientSubscriber({
      ...own,
      onEvent(event) {
        people.heard(event)
        if (event.type === 'alert.raised') alerts.add(event.alert.id)
      },
    })
  })
  return { fleet, people, subscribers, alerts }
}

/** The faults, then what everybody still has to do. Returns who was not done in time. */
async function perform(plan: FaultPlan, { service, database }: Stage, cast: Cast): Promise<string[]> {
  const { fleet, people, subscribers, alerts } = cast
  const curtains = subscribers.map((subscriber) => subscriber.live())
  const sending = fleet.send()
  const working = people.work()
  const disturbing = Promise.all([service.disturb(), database?.disturb()])
  await untilEnough(plan, service, alerts)
  service.calm()
  database?.calm()
  await disturbing

  plan.say('the faults are over')
  people.calm()
  fleet.calm()
  const late = await unfinished(plan.settleMs, { devices: sending, people: working })
  for (const subscriber of subscribers) subscriber.calm()
  const drawn = fleet.curtain(CURTAIN)
  const names = subscribers.map(({ record }, index) => [record.name, curtains[index] as Promise<void>])
  late.push(...(await unfinished(plan.settleMs, { curtain: drawn, ...Object.fromEntries(names) })))
  late.push(...(await unfinished(plan.settleMs, { database: untilStored(service.httpUrl, plan.settleMs) })))
  for (const subscriber of subscribers) subscriber.close()
  await fleet.close()
  return late
}

async function registerDevices(httpUrl: string, devices: number): Promise<Map<string, string>> {
  const tokens = new Map<string, string>()
  for (const id of deviceNames(devices)) {
    const response = await fetch(`${httpUrl}/api/v1/devices`, {
      method: 'POST',
      headers: { ...AUTHORIZED, 'content-type': 'application/json' },
      body: JSON.stringify({ id, type: 'oven', place: '平桥街1号' }),
    })
    tokens.set(id, ((await response.json()) as { token: string }).token)
  }
  return tokens
}

/** Also when the service has failed in a way that ends the run. */
async function untilEnough(plan: FaultPlan, service: RestlessService, alerts: Set<string>): Promise<void> {
  let saidMs = Date.now()
  for (;;) {
    const { running, starting, stopping } = service.kills
    const kills = running + starting + stopping
    if ((alerts.size >= plan.alerts && kills >= plan.kills) || service.faults().length > 0) return
    if (Date.now() - saidMs > 15_000) {
      plan.say(`${alerts.size} of ${plan.alerts} alerts, ${kills} kills`)
      saidMs = Date.now()
    }
    await sleep(100)
  }
}

/** Names of what has not come to its end in time. */
async function unfinished(withinMs: number, tasks: Record<string, Promise<unknown>>): Promise<string[]> {
  const waiting = new Map(Object.entries(tasks))
  const all = [...waiting].map(([name, task]) => task.then(() => waiting.delete(name)))
  const timer = new AbortController()
  await Promise.race([Promise.all(all), sleep(withinMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
  return [...waiting.keys()]
}

async function untilStored(httpUrl: string, withinMs: number): Promise<void> {
  const lag = async () => {
    const ready = (await (await fetch(`${httpUrl}/readyz`)).json()) as {
      info: { intakeLag: number; ledgerLag: number }
    }
    return ready.info.intakeLag + ready.info.ledgerLag
  }
  await eventually(lag, (entries) => entries === 0, withinMs)
}

/** As an operator would, over the whole data folder: chain, tree and checkpoints. */
async function verifyLedger(dataDir: string): Promise<string[]> {
  const { code, stdout, stderr } = await runHuying(['ledger', 'verify', join(dataDir, 'data')])
  return code === 0 ? [] : [`huying ledger verify ended with ${code}: ${stdout}${stderr}`]
}

async function testify(dataDir: string, { fleet, people, subscribers }: Cast): Promise<Testimony> {
  const ledger = await readLedger(dataDir)
  const curtain = ledger.records.find(({ entry }) => isAlertEvent(entry) && isCurtain(entry))
  return {
    ledger,
    untilSeq: curtain?.seq ?? Number.POSITIVE_INFINITY,
    subscribers: subscribers.map(({ record }) => record),
    commands: people.commands,
    conditions: fleet.conditions,
  }
}

function isCurtain({ type, alert }: Pick<AlertEvent, 'type'> & { alert: Pick<Alert, 'reason'> }): boolean {
  return type === 'alert.raised' && alert.reason.value === CURTAIN
}
