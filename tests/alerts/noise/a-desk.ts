import { type AlertBook, type AlertCommand, createAlertBook } from '../../../alerts/alert-book.ts'
import type { NoiseSettings } from '../../../alerts/noise/settings.ts'
import type { Alert } from '../../../core/alert.ts'
import type { AlertEvent, LedgerEntry } from '../../../core/ledger-entry.ts'
import type { Signal } from '../../../core/signal.ts'
import { aSignal } from '../a-signal.ts'

/** A book at a desk with a clock in seconds: what a subscriber hears of it, and what only the ledger does. */
export function aDesk(noise: NoiseSettings = {}) {
  let book = aBook(noise)
  const ledger: LedgerEntry[] = []
  let seq = 0
  let nowS = 0

  function write<T extends LedgerEntry[]>(entries: T): T {
    ledger.push(...entries)
    return entries
  }

  const desk = {
    /** Waits until that second. */
    at(seconds: number) {
      nowS = seconds
      write(book.advance(nowS * 1000))
      return desk
    },
    signal(state: Signal['state'], over: Partial<Signal> = {}) {
      const order = { seq: ++seq, clockMs: nowS * 1000 }
      const { device } = over.subject ?? {}
      const subject = { device: 'd1', metric: 'm', ...over.subject }
      const parts = { rule: `rule-of-${device ?? 'd1'}`, category: 'climate', ...over, subject }
      write(book.applySignal(aSignal(seq, { ...parts, state, order, atMs: nowS * 1000 })))
      return desk
    },
    raise: (over: Partial<Signal> = {}) => desk.signal('active', over),
    clear: (over: Partial<Signal> = {}) => desk.signal('cleared', over),
    command(parts: Partial<AlertCommand> & Pick<AlertCommand, 'type'>, device = 'd1') {
      const { id } = desk.alert(device)
      const outcome = book.applyCommand({ alertId: id, comment: '检修', by: '王', ...parts }, nowS * 1000)
      if ('event' in outcome) write([outcome.event, ...book.advance(nowS * 1000)])
      return desk
    },
    order(make: (orders: AlertBook['orders'], nowMs: number) => LedgerEntry) {
      write([make(book.orders, nowS * 1000), ...book.advance(nowS * 1000)])
      return desk
    },
    /** Comes back from its ledger alone, with settings of its own. */
    restart(settings: NoiseSettings = noise) {
      book = aBook(settings)
      for (const entry of ledger) book.applyEntry(JSON.parse(JSON.stringify(entry)) as LedgerEntry)
      write(book.resumeAt(nowS * 1000))
      return desk
    },
    /** The newest alert of the device, open or closed. */
    alert(device = 'd1'): Alert {
      const events = desk.events().filter(({ alert }) => alert.subject.device === device)
      return book.get(events.at(-1)?.alert.id ?? '') as Alert
    },
    events: (): AlertEvent[] => ledger.filter((entry): entry is AlertEvent => 'alert' in entry),
    /** `second device event` of everything pushed. */
    heard: (): string[] =>
      desk
        .events()
        .filter(({ push }) => push !== false)
        .map(line),
    /** The same of what was only written down. */
    noted: (): string[] =>
      desk
        .events()
        .filter(({ push }) => push === false)
        .map(line),
    book: () => book,
  }
  return desk
}

function line({ type, atMs, alert }: AlertEvent): string {
  return `${atMs / 1000} ${alert.subject.device} ${type.replace('alert.', '')}`
}

function aBook(noise: NoiseSettings): AlertBook {
  return createAlertBook({
    describe: ({ subject: { device, place } }) => ({
      ...(place !== undefined && { place }),
      labels: { type: device?.startsWith('gw') ? 'gateway' : 'sensor', gateway: 'gw1' },
    }),
    noise,
  })
}
