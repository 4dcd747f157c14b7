import type { DispatchHub } from '../alerts/dispatch/dispatch-hub.ts'
import type { Clock } from '../core/clock.ts'
import type { FrontDoor } from '../core/front-door.ts'
import type { LogTail } from '../core/log-tail.ts'
import type { PipelineCounts } from '../core/pipeline.ts'
import type { ApiPorts } from '../dashboards/api/ports.ts'
import type { IngestLimits } from '../ingest/limits.ts'
import { createPayloadDesk } from '../ingest/payload-desk.ts'
import { createPayloadLog } from '../ingest/payload-log.ts'
import { watchDoor } from '../ingest/watch-door.ts'
import type { Config } from './config-schema.ts'
import type { DiskRoom } from './disk-room.ts'
import type { Doors } from './doors.ts'
import { createLatencyMeter } from './latency-meter.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { OutputRoom } from './open-outputs.ts'
import type { Storage } from './open-storage.ts'
import { createPipelineWatch } from './pipeline-watch.ts'
import { type SettingOrigins, settingsInForce } from './settings-in-force.ts'

type OperationPorts = Pick<ApiPorts, 'health' | 'payloads' | 'pipeline' | 'ruleHearings' | 'logTail' | 'settings'>

/** What those who run the service see of it. */
export interface Operations {
  /** The same door, watched. */
  watch(door: FrontDoor): FrontDoor
  /** Begins to count; gives what the API serves. */
  start(counted: Counted): OperationPorts
  stop(): void
}

interface Counted {
  doors: Pick<Doors, 'status'>
  hub: Pick<DispatchHub, 'status'>
  outputs: Pick<OutputRoom, 'desk'>
  disk: Pick<DiskRoom, 'freeBytes'>
}

export function createOperations(options: {
  config: Config
  origins: SettingOrigins
  tail: LogTail
  clock: Clock
  limits: Partial<IngestLimits>
  storage: Storage
  room: JudgingRoom
}): Operations {
  const { config, origins, tail, clock, limits, storage, room } = options
  const { registry, board, rules } = room
  const payloads = createPayloadLog()
  const latency = createLatencyMeter()
  const stopwatchMs = () => performance.now()
  let stop = () => {}

  function hearings() {
    const firing = new Map<string, number>()
    for (const { rule } of rules.engine.firing()) firing.set(rule, (firing.get(rule) ?? 0) + 1)
    return rules.engine.hearings().map((hearing) => ({ ...hearing, firing: firing.get(hearing.rule) ?? 0 }))
  }

  return {
    watch: (door) => watchDoor(door, { payloads, onAdmitted: latency.note, clock, stopwatchMs }),
    start(counted) {
      const pipeline = createPipelineWatch({ read: () => countPipeline(counted, storage, room), latency, clock })
      pipeline.start()
      stop = pipeline.stop
      return {
        health: (id) => board.health(id, clock.nowMs()),
        payloads: createPayloadDesk({ payloads, registry, clock, limits }),
        pipeline: pipeline.state,
        ruleHearings: hearings,
        logTail: tail,
        settings: () => settingsInForce(config, origins),
      }
    },
    stop: () => stop(),
  }
}

function countPipeline({ doors, hub, outputs, disk }: Counted, storage: Storage, room: JudgingRoom): PipelineCounts {
  const { messages, connections, held } = doors.status()
  const { ready, intakeLag, ledgerLag } = storage.history.status()
  const [intake, ledger] = [storage.intake.status(), storage.ledger.status()]
  const { analysed, refused, workers } = room.vision.status()
  const ways = outputs.desk.list()
  return {
    messagesTotal: Object.values(messages).reduce((sum, count) => sum + count, 0),
    readingsTotal: room.board.counts.readingsTotal,
    connections,
    heldMessages: held,
    journalPending: intake.pendingEntries + ledger.pendingEntries,
    refusedTotal: room.refusals.total(),
    framesAnalysedTotal: analysed,
    framesRefusedTotal: refused,
    framesPending: room.frames.size,
    visionWorkers: workers,
    subscriberLag: largest(hub.status().subscribers.map(({ lag }) => lag)),
    outputLag: largest(ways.map(({ lag }) => lag)),
    outputsFailing: ways.filter(({ failing }) => failing !== undefined).length,
    deadLetters: ways.reduce((sum, { deadLetters }) => sum + deadLetters, 0),
    databaseLag: intakeLag + ledgerLag,
    databaseReady: ready,
    journalBytes: intake.bytesOnDisk + ledger.bytesOnDisk,
    diskFreeBytes: Number.isFinite(disk.freeBytes) ? disk.freeBytes : null,
  }
}

function largest(numbers: number[]): number | null {
  return numbers.length === 0 ? null : Math.max(...numbers)
}
