// Lanes side by side, one per worker; their order does not depend on who is ready first.
import { Worker } from 'node:worker_threads'

/** Plays lanes `first` … `first + count - 1`. `rows` of each lane to fit by when `fit` is asked for. */
export async function playLanes({ first, count, workers, evidence, kit, fit }) {
  const played = new Array(count)
  let next = 0
  const work = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { evidence, kit, fit } })
      const give = () => {
        if (next < count) worker.postMessage(first + next++)
        else worker.terminate().then(resolve, reject)
      }
      worker.on('message', (done) => {
        played[done.lane.seed - first] = done
        give()
      })
      worker.on('error', reject)
      give()
    })
  await Promise.all(Array.from({ length: Math.min(workers, count) }, work))
  return played
}
