import { join } from 'node:path'
import type { DispatchHub } from '../alerts/dispatch/dispatch-hub.ts'
import type { Clock } from '../core/clock.ts'
import type { FrontDoor } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'
import { createTextFile } from '../storage/text-file.ts'
import type { Config } from './config-schema.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { OutputRoom } from './open-outputs.ts'
import { createPathTest, type PathTest } from './path-test.ts'

/** The path test as configured, between the front door and all ways out. */
export function openPathTest(
  base: { config: Config; dataDir: string; clock: Clock; log: Log },
  ends: { room: JudgingRoom; frontDoor: FrontDoor; hub: DispatchHub; outputs: OutputRoom },
): PathTest {
  const { config, dataDir, clock, log } = base
  const { room, frontDoor, hub, outputs } = ends
  const { everyS, withinS, subscribers } = config.pathTest
  return createPathTest({
    times: { everyMs: everyS * 1000, withinMs: withinS * 1000 },
    ...{ subscribers, outputs, clock, log },
    registry: room.registry,
    readings: frontDoor.readings,
    onEvent: room.onEvent,
    dispatch: () => hub.status().subscribers,
    memory: createTextFile(join(dataDir, 'path-test.json')),
  })
}
