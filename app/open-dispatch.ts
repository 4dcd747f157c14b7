import { join } from 'node:path'
import { createDispatchHub, type DispatchHub } from '../alerts/dispatch/dispatch-hub.ts'
import { createNameOwners } from '../alerts/dispatch/may-subscribe.ts'
import { createSubscribers } from '../alerts/dispatch/subscribers.ts'
import { createDispatchUpgrade } from '../alerts/dispatch/websocket.ts'
import type { Clock } from '../core/clock.ts'
import type { SubscriberEvent } from '../core/ledger-entry.ts'
import type { Log } from '../core/log.ts'
import type { SubscriberDesk } from '../core/subscriber-desk.ts'
import { remoteOf } from '../dashboards/api/remote-of.ts'
import { createTextFile } from '../storage/text-file.ts'
import type { Authorise } from './access.ts'
import type { Closers } from './closers.ts'
import type { Config } from './config-schema.ts'
import type { LedgerWriter } from './ledger.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { Storage } from './open-storage.ts'

interface Base {
  config: Config
  dataDir: string
  clock: Clock
  log: Log
}

/** The dispatch connections, with what subscribers have acknowledged. */
export async function openDispatch(
  { dataDir, clock, log }: Base,
  storage: Storage,
  room: JudgingRoom,
  closers: Closers,
): Promise<DispatchHub> {
  const subscribers = createSubscribers({
    ledgerId: storage.ledger.id,
    latest: storage.ledger.status().committedSeq,
    ...createTextFile(join(dataDir, 'subscribers.json')),
    ...{ clock, log },
  })
  await subscribers.start()
  closers.add(subscribers.stop)
  const hub = createDispatchHub({ events: room.events, subscribers, command: room.judging.command, clock, log })
  hub.start()
  return hub
}

/** Who may subscribe: whoever may act on alerts, since subscribers acknowledge; under names of their own, admins under any. */
export function openDispatchUpgrade({ config, log }: Base, hub: DispatchHub, authorise: Authorise) {
  const owns = createNameOwners(config.http.tokens.map(({ name }) => name))
  return createDispatchUpgrade({
    hub,
    authorise(token, request) {
      const granted = authorise(token, remoteOf(request))
      if (granted?.rights === 'view') return 'forbidden'
      if (granted === null) return null
      const { name, rights } = granted
      return { name, mayUse: (subscriber) => rights === 'admin' || owns(name, subscriber) }
    },
    log,
  })
}

/** Who forgets a subscriber is in the ledger before it is forgotten. */
export function createSubscriberDesk(
  hub: DispatchHub,
  { writer, clock }: { writer: Pick<LedgerWriter, 'write'>; clock: Clock },
): SubscriberDesk {
  return {
    list: () => hub.status().subscribers,
    async remove(name, by) {
      const { acknowledged } = hub.checkRemovable(name)
      const entry: SubscriberEvent = { type: 'subscriber.removed', atMs: clock.nowMs(), name, acknowledged, by }
      await new Promise<void>((resolve) => writer.write(entry, () => resolve()))
      await hub.remove(name)
    },
  }
}
