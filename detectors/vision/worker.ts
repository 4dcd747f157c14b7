import { constants, setPriority } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { toAppError } from '../../core/errors.ts'
import type { ModelAbout } from '../../core/vision-models.ts'
import { type AnalysePicture, createAnalysePicture } from './analyse-picture.ts'
import { type Network, openNetwork } from './network.ts'
import type { PictureAnswer, PictureJob, WorkerMessage, WorkerOrder, WorkerSettings } from './worker-protocol.ts'

/** One thread that looks at pictures, one after the other: decode, infer, draw. */
async function work(port: MessagePort, settings: WorkerSettings): Promise<void> {
  const say = (message: WorkerMessage<PictureAnswer>, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer)
  yieldToOthers(settings.isShadow)
  sharp.concurrency(1)
  sharp.cache(false)
  try {
    const network = await openNetwork(settings.model)
    const analyse = createAnalysePicture({ network, ...settings })
    let underWay = Promise.resolve()
    port.on('message', (order: WorkerOrder<PictureJob>) => {
      underWay = underWay.then(async () => {
        if (order.type === 'end') return end(port, network)
        const message = await answer(analyse, order.job)
        say(message, transferable(message))
      })
    })
    say({ type: 'ready', about: aboutOf(network) })
  } catch (thrown) {
    const { code, message, details, cause } = toAppError(thrown)
    say({ type: 'unfit', code, message, details: { ...details, cause: String(cause ?? '') } })
  }
}

function aboutOf({ family, tensors, layout }: Network): ModelAbout {
  return { family, ...tensors, widthPx: layout.size.width, heightPx: layout.size.height }
}

/** Without its port nothing keeps the thread, and it ends by itself. */
async function end(port: MessagePort, network: Network): Promise<void> {
  port.close()
  await network.close()
}

async function answer(analyse: AnalysePicture, job: PictureJob): Promise<WorkerMessage<PictureAnswer>> {
  try {
    const result = await analyse(job.jpegPath, job.context)
    if (result.state === 'refused' || !result.annotated) return { type: 'done', answer: { ...result } }
    // sharp's own memory cannot change threads, so it is copied once.
    return { type: 'done', answer: { ...result, annotated: new Uint8Array(result.annotated) } }
  } catch (error) {
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

function transferable(message: WorkerMessage<PictureAnswer>): ArrayBuffer[] {
  if (message.type !== 'done' || message.answer.state === 'refused') return []
  return message.answer.annotated ? [message.answer.annotated.buffer as ArrayBuffer] : []
}

/** On Linux a priority belongs to a thread: pictures wait when alerts need the core. Elsewhere it is the process's. */
function yieldToOthers(isShadow: boolean): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(isShadow ? constants.priority.PRIORITY_LOW : constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Not allowed here: then both share alike.
  }
}

if (parentPort) await work(parentPort, workerData as WorkerSettings)
