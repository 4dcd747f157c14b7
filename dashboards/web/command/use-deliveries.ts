import { useEffect, useState } from 'react'
import type { DeadLetterView, OutputView, PageOf, SubscriberView } from '../../contract.ts'
import type { Http } from '../http.ts'

/** How those who take dispatch events and the other ways out are doing, and what they were given up on for, by alert. */
export interface Deliveries {
  outputs: readonly OutputView[]
  subscribers: readonly SubscriberView[]
  failed: ReadonlyMap<string, readonly { output: string; reason: string }[]>
}

const NONE: Deliveries = { outputs: [], subscribers: [], failed: new Map() }
const EVERY_MS = 15_000

/** Asks again every quarter of a minute. What was known stays while the service is away. */
export function useDeliveries(http: Http): Deliveries {
  const [deliveries, setDeliveries] = useState(NONE)
  useEffect(() => {
    let isWanted = true
    const load = () =>
      loadDeliveries(http).then(
        (loaded) => isWanted && setDeliveries((before) => (isSame(before, loaded) ? before : loaded)),
        () => undefined,
      )
    void load()
    const timer = window.setInterval(() => void load(), EVERY_MS)
    return () => {
      isWanted = false
      window.clearInterval(timer)
    }
  }, [http])
  return deliveries
}

async function loadDeliveries({ get }: Http): Promise<Deliveries> {
  const [{ items: outputs }, { items: subscribers }] = await Promise.all([
    get<PageOf<OutputView>>('/api/v1/outputs'),
    get<PageOf<SubscriberView>>('/api/v1/subscribers'),
  ])
  const failed = new Map<string, { output: string; reason: string }[]>()
  for (const { name, deadLetters } of outputs) {
    if (deadLetters === 0) continue
    const path = `/api/v1/outputs/${encodeURIComponent(name)}/dead-letters`
    for (const { alert, reason } of (await get<PageOf<DeadLetterView>>(path)).items)
      failed.set(alert, [...(failed.get(alert) ?? []), { output: name, reason }])
  }
  return { outputs, subscribers, failed }
}

function isSame(a: Deliveries, b: Deliveries): boolean {
  return JSON.stringify([a, [...a.failed]]) === JSON.stringify([b, [...b.failed]])
}
