import type { KindPorts } from '../../../alerts/outputs/kinds/kind.ts'
import { toOutgoing } from '../../../alerts/outputs/to-outgoing.ts'
import { AppError } from '../../../core/errors.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { silentLog } from '../../../core/log.ts'

/** What a kind of output is made with; `ledger` are the events that it may read back. */
export function kindPorts(over: Partial<KindPorts> = {}, ledger: AlertEvent[] = []): KindPorts {
  return {
    ...{ name: 'platform', ledgerId: 'ledger', zone: 'Asia/Shanghai', publicUrl: '', log: silentLog },
    devices: null,
    clock: { nowMs: () => Date.now() },
    async eventAt(seq) {
      const event = ledger[seq - 1]
      if (!event) throw new AppError('not_found', 'no such event', { seq })
      return toOutgoing('ledger', seq, event)
    },
    ...over,
  }
}

export const forever = new AbortController().signal
