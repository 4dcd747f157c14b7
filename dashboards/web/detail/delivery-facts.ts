import type { AlertView, SubscriberView } from '../../contract.ts'
import type { Deliveries } from '../command/use-deliveries.ts'
import type { useCommandWords } from '../command/words.ts'

type T = ReturnType<typeof useCommandWords>['t']

/**
 * How far those who are told are with it, as far as it can be known from outside: their queues, what they gave up, and how
 * old the first event is that they have not acknowledged.
 */
export function deliveryFacts(alert: AlertView, deliveries: Deliveries, t: T, nowMs: number): string[] {
  const { outputs, subscribers, failed } = deliveries
  const given = failed.get(alert.id) ?? []
  if (alert.quiet && given.length === 0) return []
  return [
    ...subscribers.map((one) => subscriberWords(one, alert, t, nowMs)),
    ...outputs.map(({ name, lag, failing }) => {
      const fault = given.find(({ output }) => output === name)
      const blanks = { name, lag, reason: fault?.reason ?? failing?.reason ?? '' }
      const key = fault ? 'failed' : failing ? 'failing' : lag > 0 ? 'lag' : 'done'
      return t(`command.delivery.${key}`, blanks)
    }),
  ]
}

function subscriberWords(
  { name, connected, lag, lagS }: SubscriberView,
  alert: AlertView,
  t: T,
  nowMs: number,
): string {
  const isPast = lag === 0 || (lagS !== null && nowMs - lagS * 1000 > changedMs(alert))
  const key = isPast ? 'acknowledged' : connected === 0 ? 'away' : 'waits'
  return t(`command.delivery.${key}`, { name, lag })
}

/** When it was last told of. */
function changedMs({ raisedAt, lastAt, clearedAt, acknowledgedAt }: AlertView): number {
  const times = [raisedAt, lastAt, clearedAt, acknowledgedAt].filter((at) => at !== undefined)
  return Math.max(...times.map((at) => Date.parse(at)))
}
