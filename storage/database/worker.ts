import { parentPort, workerData } from 'node:worker_threads'
import { toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { giveWay } from './give-way.ts'
import { createProjection } from './projection.ts'
import type { FromWorker, ProjectionSettings, ToWorker } from './worker-messages.ts'

/** The thread of the database: drains the journals into it and answers questions. open-history.ts is its other end. */
const BEAT_EVERY_MS = 1_000

giveWay()
const port = parentPort
if (port === null) throw new Error('worker.ts runs as a worker thread only')
const send = (message: FromWorker) => port.postMessage(message)

/** Errors lose their code between threads: they travel as plain facts. */
function toPlain(facts: object): object {
  if (!('err' in facts) || !(facts.err instanceof Error)) return facts
  const { name, message, stack } = facts.err
  return {
    ...facts,
    err: { type: name, message, stack, code: 'code' in facts.err ? String(facts.err.code) : undefined },
  }
}
const forward = (level: 'error' | 'warn' | 'info' | 'debug') => (facts: object, message: string) =>
  send({ kind: 'log', level, facts: toPlain(facts), message })
const log: Log = { error: forward('error'), warn: forward('warn'), info: forward('info'), debug: forward('debug') }

const projection = createProjection(workerData as ProjectionSettings, log, (state) => send({ kind: 'state', state }))

async function answer(message: Extract<ToWorker, { kind: 'query' }>): Promise<void> {
  const { id, name, argument } = message
  try {
    send({ kind: 'answer', id, result: await projection.ask(name, argument) })
  } catch (err) {
    const { code, message, details } = toAppError(err)
    send({ kind: 'refusal', id, code, message, details })
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'committed') projection.committed(message)
  if (message.kind === 'query') void answer(message)
  if (message.kind === 'close') projection.stop()
})

const beat = setInterval(() => send({ kind: 'beat' }), BEAT_EVERY_MS)
const failed = await projection.run()
clearInterval(beat)
send(failed === null ? { kind: 'closed' } : { kind: 'failed', ...failed })
port.close()
