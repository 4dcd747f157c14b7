import { parentPort, workerData } from 'node:worker_threads'
import { createStudio, type PhotoOrder, type StudioOptions } from './studio.ts'

/** What the thread is told, and what it answers. */
export interface StudioJob {
  id: number
  order: PhotoOrder
}
export type StudioAnswer = { id: number } & ({ jpeg: Uint8Array } | { error: string })

if (parentPort !== null) serve(parentPort)

function serve(port: NonNullable<typeof parentPort>): void {
  const studio = createStudio(workerData as StudioOptions)
  port.on('message', async ({ id, order }: StudioJob) => {
    try {
      port.postMessage({ id, jpeg: await studio.shoot(order) } satisfies StudioAnswer)
    } catch (error) {
      port.postMessage({ id, error: (error as Error).message } satisfies StudioAnswer)
    }
  })
}
