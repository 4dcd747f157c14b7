// Our broker, front door and journal alone: no rules, no database, nothing that comes after the acknowledgement.
import { join } from 'node:path'
import { createLedgerWriter } from '../../../dist/app/ledger.js'
import { encodeArrival } from '../../../dist/core/intake-entry.js'
import { createBroker } from '../../../dist/ingest/broker.js'
import { createFrontDoor } from '../../../dist/ingest/front-door.js'
import { createRefusals } from '../../../dist/ingest/refusals.js'
import { createRegistry } from '../../../dist/ingest/registry.js'
import { openJournal } from '../../../dist/storage/journal/open-journal.js'

const { folder } = JSON.parse(process.argv[2])
const log = { error: console.error, warn: console.error, info() {}, debug() {} }
const clock = { nowMs: () => Date.now() }
const intake = await openJournal({ dir: join(folder, 'intake'), log })
const ledger = await openJournal({ dir: join(folder, 'ledger'), log })
const registry = createRegistry({ ledger: createLedgerWriter({ ledger, log }), clock })
const refusals = createRefusals({ clock })
const submit = (arrival, done) => intake.append(encodeArrival(arrival, clock.nowMs()), done)
const limits = { messagesPerS: 1e9, messagesBurst: 1e9, bytesPerS: 1e12, bytesBurst: 1e12 }
const shared = { submit, registry, refusals, clock, limits, log }
const frontDoor = createFrontDoor({ ...shared, evidence: {}, readFrameHeader() {} })
const broker = createBroker({ ...shared, frontDoor, enrolment: 'open', host: '127.0.0.1', port: 0 })
process.send({ done: { port: await broker.start() } })
process.once('disconnect', () => process.exit(0))
