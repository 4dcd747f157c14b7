import type { Clock } from '../core/clock.ts'
import type { FrontDoor } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'
import type { Measurement } from '../core/measurement.ts'
import type { Refusals } from '../ingest/refusals.ts'
import { createRecordFolder } from '../ingest/registers/record-folder.ts'
import type { Closers } from './closers.ts'
import type { Config } from './config-schema.ts'

/** Records that come by a folder. */
export interface Registers {
  /** What keeps records from coming in. */
  faults(): string[]
  measurements(): Measurement[]
}

interface Ports {
  config: Config
  frontDoor: Pick<FrontDoor, 'record'>
  refusals: Refusals
  clock: Clock
  log: Log
}

/** Starts to take in what the configuration names. Throws `config_invalid`. */
export async function openRegisters({ config, ...ports }: Ports, closers: Closers): Promise<Registers> {
  const { folder, folderDone: done } = config.registers
  if (folder === '') return { faults: () => [], measurements: () => [] }
  const source = createRecordFolder({ ...ports, folder, done, zone: config.timeZone })
  await source.start()
  closers.add(source.stop)
  return {
    faults: () => (source.fault === null ? [] : [source.fault]),
    measurements: source.measurements,
  }
}
