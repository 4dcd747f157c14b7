import type { AlertView } from '../../core/alert-view.ts'
import { AppError } from '../../core/errors.ts'

interface Pending {
  message: object
  resolve(alert: AlertView): void
  reject(error: AppError): void
}

/** Commands of a client that have no answer yet; they outlive the connection. */
export interface PendingCommands {
  /** Remembers a command and returns the promise of its answer; `send` is called at once with the message. */
  add(parts: object): Promise<AlertView>
  /** False when nobody waits for this id. */
  resolve(id: unknown, alert: AlertView): boolean
  reject(id: unknown, error: AppError): boolean
  /** Sends all of them again; their idempotency keys make that harmless. */
  resend(): void
  rejectAll(error: AppError): void
}

const MAX_PENDING = 1000

/** `uniqueText` differs between clients, so that idempotency keys of two of them never meet. */
export function createPendingCommands(send: (message: object) => void, uniqueText: string): PendingCommands {
  const pending = new Map<string, Pending>()
  let count = 0

  function take(id: unknown): Pending | undefined {
    const found = pending.get(String(id))
    pending.delete(String(id))
    return found
  }

  return {
    add(parts) {
      if (pending.size >= MAX_PENDING)
        return Promise.reject(new AppError('overloaded', `more than ${MAX_PENDING} commands wait for an answer`))
      const id = `${uniqueText}-${++count}`
      const message = { idempotencyKey: id, ...parts, type: 'command', id }
      return new Promise((resolve, reject) => {
        pending.set(id, { message, resolve, reject })
        send(message)
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
      for (const { message } of pending.values()) send(message)
    },
    rejectAll(error) {
      for (const { reject } of pending.values()) reject(error)
      pending.clear()
    },
  }
}
