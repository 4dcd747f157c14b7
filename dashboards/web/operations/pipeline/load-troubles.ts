import type { PipelineStage } from '../../../contract.ts'
import type { OperationsCalls } from '../calls.ts'

/** Something that went wrong in a stage. */
export interface Trouble {
  key: string
  at?: string
  /** What it is, and where it has a word, of which group. */
  what: string
  group?: 'refusal'
  /** The device that it is about. */
  device?: string
  detail: string
  count?: number
}

const LISTED = 30

/** What went wrong last in a stage, newest first; of the log only what is about it, for those who may read it. */
export async function loadTroubles(stage: PipelineStage, calls: OperationsCalls, isAdmin: boolean): Promise<Trouble[]> {
  const [own, log] = await Promise.all([troublesOf(stage, calls), isAdmin ? logOf(stage, calls) : []])
  return [...own, ...log].sort((a, b) => ((a.at ?? '~') < (b.at ?? '~') ? 1 : -1)).slice(0, LISTED)
}

async function troublesOf(stage: PipelineStage, calls: OperationsCalls): Promise<Trouble[]> {
  switch (stage) {
    case 'intake':
    case 'refused':
      return (await calls.refusals()).map(({ device, reason, count, lastAt, lastDetail }) => ({
        ...{
          key: `${device} ${reason}`,
          at: lastAt,
          what: reason,
          group: 'refusal',
          device,
          detail: lastDetail,
          count,
        },
      }))
    case 'delivery':
      return (await calls.outputs()).flatMap(({ name, failing }) =>
        failing === undefined
          ? []
          : [{ key: name, at: failing.since, what: `${name} · ${failing.code}`, detail: failing.reason }],
      )
    case 'deadLetters':
      return deadLetters(calls)
    case 'latency':
    case 'queue':
    case 'inference':
    case 'storage':
      return reasonsNotReady(calls)
  }
}

async function deadLetters(calls: OperationsCalls): Promise<Trouble[]> {
  const outputs = (await calls.outputs()).filter((one) => one.deadLetters > 0)
  const letters = await Promise.all(outputs.map(async ({ name }) => ({ name, items: await calls.deadLetters(name) })))
  return letters.flatMap(({ name, items }) =>
    items.map(({ id, at, type, code, reason, attempts }) => ({
      ...{ key: `${name} ${id}`, at, what: `${name} · ${type}`, detail: `${code}: ${reason}`, count: attempts },
    })),
  )
}

async function reasonsNotReady(calls: OperationsCalls): Promise<Trouble[]> {
  const { reasons } = await calls.ready()
  return reasons.map(({ code, message }) => ({ key: code, what: code, detail: message }))
}

/** Which lines of the log are of which stage, by the words of their message. */
const WORDS: Record<PipelineStage, RegExp> = {
  intake: /mqtt|connection|broker|message|payload|device/i,
  latency: /journal|slow|judged|overload/i,
  queue: /journal|overload|held|full/i,
  refused: /refus|payload|not allowed/i,
  inference: /vision|frame|model|waveform/i,
  delivery: /output|dispatch|deliver|subscriber|path/i,
  deadLetters: /dead|given up|output/i,
  storage: /database|journal|disk|snapshot|evidence|ledger/i,
}

async function logOf(stage: PipelineStage, calls: OperationsCalls): Promise<Trouble[]> {
  const lines = await calls.log('warn')
  return lines
    .filter(({ message }) => WORDS[stage].test(message))
    .map(({ seq, at, message, facts }) => ({ key: `log ${seq}`, at, what: message, detail: factsText(facts) }))
}

/** `name value · name value` */
export function factsText(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(' · ')
}
