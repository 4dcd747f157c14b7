import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RETRIES } from '../alerts/outputs/after-failure.ts'
import { isCapFeed } from '../alerts/outputs/kinds/cap-feed.ts'
import type { KindPorts } from '../alerts/outputs/kinds/kind.ts'
import { OUTPUT_KINDS, type OutputSpec, takesTests } from '../alerts/outputs/kinds.ts'
import { createLocalTime } from '../alerts/outputs/local-time.ts'
import { createOutbox, type Outbox } from '../alerts/outputs/outbox.ts'
import { createOutboxStore } from '../alerts/outputs/outbox-store.ts'
import { createRouter, namesTests, type Router } from '../alerts/outputs/route.ts'
import { aTestEvent } from '../alerts/outputs/test-event.ts'
import { readOutgoing } from '../alerts/outputs/to-outgoing.ts'
import type { CapFeed } from '../core/cap-feed.ts'
import type { Clock } from '../core/clock.ts'
import type { DeviceLine } from '../core/device-line.ts'
import { AppError } from '../core/errors.ts'
import type { AlertEvent } from '../core/ledger-entry.ts'
import type { Log } from '../core/log.ts'
import type { Measurement } from '../core/measurement.ts'
import type { Output } from '../core/output.ts'
import type { Delivered, OutputDesk } from '../core/output-desk.ts'
import { isToldToAll, outputWay } from '../core/path-test.ts'
import { createTextFile } from '../storage/text-file.ts'
import type { Config } from './config-schema.ts'
import { measureOutputs } from './measure-outputs.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { OutputPlan } from './output-files.ts'
import type { Condition } from './self-watch.ts'

/** Ways out besides dispatch. */
export interface OutputRoom {
  desk: OutputDesk
  /** That of the first output which is a feed. */
  capFeed: CapFeed | undefined
  /** Each output goes on where it was. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Outputs that a test alert goes to now. */
  tested(): string[]
  /** What an operator should hear of. */
  conditions(nowMs: number): Condition[]
  measurements(): Measurement[]
  /** Called for each event that arrived at the other side of an output. Returns a function that stops it. */
  onDelivered(listener: (delivered: Delivered) => void): () => void
}

/** An output that has not delivered for this long is an alert. */
const FAILING_FOR_MS = 60_000
const FILE_END = '.json'

interface Ports {
  config: Config
  dataDir: string
  plan: OutputPlan
  room: Pick<JudgingRoom, 'events' | 'writer'>
  devices: DeviceLine | null
  clock: Clock
  log: Log
}

/** Makes the outputs of a plan. Throws `config_invalid` for one that this configuration cannot have. */
export async function openOutputs(ports: Ports): Promise<OutputRoom> {
  const { config, dataDir, plan, room, clock, log } = ports
  const dir = join(dataDir, 'outputs')
  await mkdir(dir, { recursive: true })
  await forgetOthers(dir, Object.keys(plan.outputs), log)
  const listeners = new Set<(delivered: Delivered) => void>()
  const route = createRouter(plan.route, createLocalTime(config.timeZone))
  const outboxes = new Map<string, Outbox>()
  const outputs = Object.entries(plan.outputs).map(([name, spec]) => ({ spec, output: makeOutput(name, spec, ports) }))
  for (const { spec, output } of outputs) {
    const routes = wantsOf(output.name, spec, plan, route)
    const onDelivered = (delivered: Delivered) => {
      for (const listener of listeners) listener(delivered)
    }
    outboxes.set(output.name, makeOutbox({ output, spec, dir, routes, onDelivered }, ports))
  }
  const known = (name: string): Outbox => {
    const outbox = outboxes.get(name)
    if (!outbox) throw new AppError('not_found', 'no such output', { name })
    return outbox
  }
  const routesOf = new Map(Object.entries(plan.outputs).map(([name, spec]) => [name, wantsOf(name, spec, plan, route)]))
  const all = () => [...outboxes.values()].map((outbox) => outbox.state())

  return {
    capFeed: outputs.map(({ output }) => output).find(isCapFeed)?.feed,
    desk: {
      list: all,
      deadLetters: (name) => known(name).deadLetters(),
      replay: async (name, ids, by) => known(name).replay(ids, by),
      test: async (name) => known(name).test(aTestEvent(room.events.ledgerId, clock.nowMs())),
    },
    async start() {
      for (const outbox of outboxes.values()) await outbox.start()
    },
    async stop() {
      await Promise.all([...outboxes.values()].map((outbox) => outbox.stop()))
    },
    tested() {
      const { event } = aTestEvent(room.events.ledgerId, clock.nowMs())
      return [...routesOf].filter(([, wants]) => wants(event)).map(([name]) => name)
    },
    conditions: (nowMs) =>
      all()
        .filter(({ failing }) => failing && nowMs - failing.sinceMs >= FAILING_FOR_MS)
        .map(({ name, failing }) => ({
          code: 'output_failing',
          of: name,
          severity: 'major',
          params: { output: name, error: failing?.code ?? '' },
        })),
    measurements: () => measureOutputs(all()),
    onDelivered(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Tests go to all who take them, unless the tree has something of its own to say of tests. */
function wantsOf(name: string, spec: OutputSpec, plan: OutputPlan, route: Router) {
  const takes = takesTests(spec)
  const testsAreRouted = namesTests(plan.route)
  return (event: AlertEvent) => {
    if (isToldToAll(event.alert)) return event.alert.subject.label !== outputWay(name)
    if (!event.alert.test) return route(event).has(name)
    return takes && (!testsAreRouted || route(event).has(name))
  }
}

function makeOutput(name: string, spec: OutputSpec, { config, room, devices, clock, log }: Ports): Output {
  const { events } = room
  const kind = OUTPUT_KINDS[spec.kind]
  if (!kind) throw new AppError('config_invalid', 'no such kind of output', { kind: spec.kind })
  const ports: KindPorts = {
    ...{ name, devices, clock, log, ledgerId: events.ledgerId },
    ...{ zone: config.timeZone, publicUrl: config.outputs.publicUrl },
    eventAt: (seq) => readOutgoing(events, seq),
  }
  return kind.create(spec as never, ports)
}

function makeOutbox(
  own: {
    output: Output
    spec: OutputSpec
    dir: string
    routes: (event: AlertEvent) => boolean
    onDelivered: (delivered: Delivered) => void
  },
  { room, clock, log }: Ports,
): Outbox {
  const { output, spec, dir, routes, onDelivered } = own
  const { events, writer } = room
  const { timeoutS, giveUpAfterS, atOnce } = spec
  return createOutbox({
    ...{ output, events, routes, onDelivered, clock, log },
    store: createOutboxStore({
      ...{ output: output.name, ledgerId: events.ledgerId, log },
      ...createTextFile(join(dir, `${output.name}${FILE_END}`)),
    }),
    write: (entry, onCommitted) => writer.write(entry, onCommitted),
    retries: { ...RETRIES, ...(giveUpAfterS !== undefined && { giveUpAfterMs: giveUpAfterS * 1000 }) },
    ...(timeoutS !== undefined && { timeoutMs: timeoutS * 1000 }),
    ...(atOnce !== undefined && { atOnce }),
  })
}

/** An output that is taken away and comes back later begins anew: nobody wants a siren to sound for last month. */
async function forgetOthers(dir: string, names: string[], log: Log): Promise<void> {
  const kept = new Set(names.map((name) => `${name}${FILE_END}`))
  for (const file of await readdir(dir)) {
    if (!file.endsWith(FILE_END) || kept.has(file)) continue
    log.warn({ output: file.slice(0, -FILE_END.length) }, 'an output is not configured any more and is forgotten')
    await rm(join(dir, file), { force: true })
  }
}
