import type { Page } from '@playwright/test'
import { alertOf } from '../dashboards/alert-of.ts'
import type { MemoryPorts } from '../dashboards/memory-ports.ts'

const SEVERITIES = ['major', 'minor', 'warning'] as const
/** From then on older ones are told again. */
const DIFFERENT = 5_000

/** Raises alerts all over the map; of a hundred one is of level Ⅰ. */
export function createRaiser(ports: MemoryPorts): { raise(count: number): void } {
  let raised = 0
  return {
    raise(count) {
      for (let n = 0; n < count; n++, raised++) {
        const nowMs = Date.now()
        ports.change(
          alertOf({
            id: `B-${raised % DIFFERENT}`,
            version: 1 + Math.floor(raised / DIFFERENT),
            severity: raised % 100 === 0 ? 'critical' : SEVERITIES[raised % 3]!,
            position: { lat: 31.313 + ((raised * 7) % 100) * 1e-4, lon: 120.618 + ((raised * 13) % 200) * 1e-4 },
            subject: { device: `SN-${raised % 500}`, metric: 'smoke_dbm' },
            ...{ raisedAtMs: nowMs, lastAtMs: nowMs },
          }),
        )
      }
    },
  }
}

interface Busy {
  atS: number
  busyS: number
  heapMb: number
}

/**
 * Gives what to ask for the main thread's own time so far, seconds, so that what else runs on the machine does not count; and
 * for its heap, MB.
 */
export async function watchBusy(page: Page): Promise<() => Promise<Busy>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
    return { atS: Date.now() / 1_000, busyS: of('TaskDuration'), heapMb: of('JSHeapUsedSize') / 1024 / 1024 }
  }
}
