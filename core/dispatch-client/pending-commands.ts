import type { AlertView } from '../alert-view.ts'
import { AppError } from '../errors.ts'
import type { CommandRequest } from './messages.ts'

interface Pending {
  message: CommandRequest
  resolve(alert: AlertView): void
  reject(error: AppError): void
}

/** Commands of a client that have no answer yet; they outlive the connection. */
export interface PendingCommands {
  /** Remembers a command and returns the promise of its answer; it is sent at once, or when others are answered. */
  add(parts: Omit<CommandRequest, 'type' | 'id'>): Promise<AlertView>
  /** False when nobody waits for this id. */
  resolve(id: unknown, alert: AlertView): boolean
  reject(id: unknown, error: AppError): boolean
  /** The connection is another one: sends those again that had no answer; their idempotency keys make that harmless. */
  resend(): void
  rejectAll(error: AppError): void
}

const MAX_PENDING = 1000
/** The service takes 32 at a time of one connection. */
const MAX_UNDER_WAY = 16

/** `uniqueText` differs between clients, so that idempotency keys of two of them never meet. */
export function createPendingCommands(send: (message: CommandRequest) => boolean, uniqueText: string): PendingCommands {
  /** In the order in which they were given. */
  const pending = new Map<string, Pending>()
  const underWay = new Set<string>()
  let count = 0

  function take(id: unknown): Pending | undefined {
    const found = pending.get(String(id))
    pending.delete(String(id))
    underWay.delete(String(id))
    if (found) sendNext()
    return found
  }

  function sendNext(): void {
    if (underWay.size >= MAX_UNDER_WAY || underWay.size === pending.size) return
    for (const [id, { message }] of pending) {
      if (underWay.size >= MAX_UNDER_WAY) return
      if (underWay.has(id)) continue
      if (!send(message)) return
      underWay.add(id)
    }
  }

  return {
    add(parts) {
      if (pending.size >= MAX_PENDING)
        return Promise.reject(new AppError('overloaded', `more than ${MAX_PENDING} commands wait for an answer`))
      const id = `${uniqueText}-${++count}`
      const message: CommandRequest = { idempotencyKey: id, ...parts, type: 'command', id }
      return new Promise((resolve, reject) => {
        pending.set(id, { message, resolve, reject })
        sendNext()
      })
    },
    resolve(id, alert) {
      const found = take(id)
      found?.resolve(alert)
      return found !== undefined
    },
    reject(id, error) {
      const found = take(id)
      found?.reject(error)
      return found !== undefined
    },
    resend() {
      underWay.clear()
      sendNext()
    },
    rejectAll(error) {
      for (const { reject } of pending.values()) reject(error)
      pending.clear()
      underWay.clear()
    },
  }
}
