import { setTimeout as sleep } from 'node:timers/promises'
import type { AlertCommandType } from '../../core/alert-command.ts'
import type { AlertEventView } from '../../core/alert-view.ts'
import type { Random } from './random.ts'
import type { CommandRecord } from './testimony.ts'

/** People who answer alerts, over HTTP, and ask again until they have an answer. */
export interface People {
  /** An event that they were told of. */
  heard(event: AlertEventView): void
  /** Works until `calm`, then resolves when what was begun is answered. */
  work(): Promise<void>
  calm(): void
  readonly commands: CommandRecord[]
  readonly repeated: number
}

/** Commands under way at once. */
const HANDS = 12
const PATHS = { acknowledge: 'acknowledge', comment: 'comments' } as const
/** Answers after which asking again makes no sense. */
const FINAL = new Set([200, 400, 404, 409])

export function createPeople(options: { httpUrl: string; token: string; random: Random }): People {
  const { httpUrl, token, random } = options
  const commands: CommandRecord[] = []
  const raised: string[] = []
  const known = new Set<string>()
  let calm = false
  let repeated = 0

  async function ask(command: CommandRecord): Promise<boolean> {
    const { key, type, alertId, answers } = command
    try {
      const response = await fetch(`${httpUrl}/api/v1/alerts/${alertId}/${PATHS[type as keyof typeof PATHS]}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ comment: key }),
        signal: AbortSignal.timeout(10_000),
      })
      const body = (await response.json()) as { error?: { code: string } }
      answers.push(response.ok ? 'ok' : (body.error?.code ?? String(response.status)))
      return FINAL.has(response.status)
    } catch {
      return false
    }
  }

  /** Until there is an answer; then sometimes once more, and sometimes twice at the same time. */
  async function command(type: AlertCommandType, alertId: string): Promise<void> {
    const one: CommandRecord = { key: `${type}-${commands.length}`, type, alertId, answers: [] }
    commands.push(one)
    for (let answered = false; !answered; ) {
      const asked = await Promise.all(random.happens(0.2) ? [ask(one), ask(one)] : [ask(one)])
      repeated += asked.length - 1
      answered = asked.some((final) => final)
      if (!answered) {
        repeated++
        await sleep(random.between(20, 300))
      }
    }
    if (random.happens(0.1)) {
      repeated++
      await ask(one)
    }
  }

  async function hand(): Promise<void> {
    while (!calm || raised.length > 0) {
      const alertId = raised.shift()
      if (alertId === undefined) {
        await sleep(20)
        continue
      }
      if (random.happens(0.25)) await command('comment', alertId)
      if (random.happens(0.95)) await command('acknowledge', alertId)
    }
  }

  return {
    // An alert that nobody acknowledged comes again as the same one: it is answered then.
    heard({ id, type, alert }) {
      if (type !== 'alert.raised' || known.has(id)) return
      known.add(id)
      raised.push(alert.id)
    },
    async work() {
      await Promise.all(Array.from({ length: HANDS }, hand))
    },
    calm() {
      calm = true
    },
    commands,
    get repeated() {
      return repeated
    },
  }
}
