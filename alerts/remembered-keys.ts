/** What the idempotency key of a command stood for. */
export interface RememberedCommand {
  key: string
  alertId: string
  type: string
  /** Digest of what it said; absent in snapshots of earlier versions. */
  words?: string
}

type WithoutKey = Omit<RememberedCommand, 'key'>

/** False when the key was used for something else. */
export function isSameCommand(seen: WithoutKey, asked: WithoutKey): boolean {
  if (seen.alertId !== asked.alertId || seen.type !== asked.type) return false
  return seen.words === undefined || seen.words === asked.words
}

/** The latest idempotency keys, at most `limit`; the oldest is forgotten first. */
export interface RememberedKeys {
  get(by: string, idempotencyKey: string): RememberedCommand | undefined
  add(by: string, idempotencyKey: string, command: WithoutKey): void
  all(): RememberedCommand[]
}

/** Keys belong to the one who sent them: two systems may both count from 1. */
export function createRememberedKeys(limit: number, remembered: RememberedCommand[] = []): RememberedKeys {
  const byKey = new Map(remembered.map((command) => [command.key, command]))
  const fullKey = (by: string, idempotencyKey: string) => JSON.stringify([by, idempotencyKey])
  return {
    get: (by, idempotencyKey) => byKey.get(fullKey(by, idempotencyKey)),
    add(by, idempotencyKey, command) {
      const key = fullKey(by, idempotencyKey)
      byKey.delete(key)
      byKey.set(key, { key, ...command })
      if (byKey.size > limit) byKey.delete(byKey.keys().next().value as string)
    },
    all: () => [...byKey.values()],
  }
}
