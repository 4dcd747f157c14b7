/** What the idempotency key of a command stood for. */
export interface RememberedCommand {
  key: string
  alertId: string
  type: string
}

/** The latest idempotency keys, at most `limit`; the oldest is forgotten first. */
export interface RememberedKeys {
  get(by: string, idempotencyKey: string): RememberedCommand | undefined
  add(by: string, idempotencyKey: string, command: { alertId: string; type: string }): void
  all(): RememberedCommand[]
}

/** Keys belong to the one who sent them: two systems may both count from 1. */
export function createRememberedKeys(limit: number, remembered: RememberedCommand[] = []): RememberedKeys {
  const byKey = new Map(remembered.map((command) => [command.key, command]))
  const fullKey = (by: string, idempotencyKey: string) => JSON.stringify([by, idempotencyKey])
  return {
    get: (by, idempotencyKey) => byKey.get(fullKey(by, idempotencyKey)),
    add(by, idempotencyKey, { alertId, type }) {
      const key = fullKey(by, idempotencyKey)
      byKey.delete(key)
      byKey.set(key, { key, alertId, type })
      if (byKey.size > limit) byKey.delete(byKey.keys().next().value as string)
    },
    all: () => [...byKey.values()],
  }
}
