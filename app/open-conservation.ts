import type { Clock } from '../core/clock.ts'
import type { LedgerDesk } from '../core/ledger-desk.ts'
import type { Config } from './config-schema.ts'
import { createConservationDesk } from './conservation/create-conservation-desk.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { Storage } from './open-storage.ts'
import { VERSION } from './version.ts'
import { within } from './within.ts'

/** The database may run behind by so much before a report says that it does. */
const STORED_WITHIN_MS = 5_000

/** Conservation reports of what this service knows. */
export function openConservation(
  { config, clock }: { config: Config; clock: Clock },
  { history, intake, ledger }: Storage,
  room: JudgingRoom,
  proofs: LedgerDesk,
) {
  const decidedSeq = () => ledger.status().committedSeq
  const stored = () =>
    Promise.all([
      history.whenDrained('ledger', decidedSeq()),
      history.whenDrained('intake', intake.status().committedSeq),
    ])
  return createConservationDesk({
    ...{ houses: room.houses, history, clock, version: VERSION, title: config.name, timeZone: config.timeZone },
    devices: room.devices.all,
    latest: room.board.latest,
    openAlerts: room.book.open,
    rules: room.rules.joined,
    whenStored: async () => void (await within(stored(), STORED_WITHIN_MS, 'the database runs behind')),
    checkpoint: async () => (decidedSeq() === 0 ? null : proofs.covering(decidedSeq())),
    origin: proofs.origin,
  })
}
