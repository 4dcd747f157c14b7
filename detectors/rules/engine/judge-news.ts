import type { FindingNews } from '../../../core/finding.ts'
import type { Signal } from '../../../core/signal.ts'
import type { SuspicionNews } from '../../../core/suspicion.ts'
import { judgeComposites } from './engine-steps.ts'
import { judgeFinding } from './findings.ts'
import type { EngineState } from './restore-engine.ts'
import { judgeSuspicion } from './suspicions.ts'

/** Judges what became of a finding, after all that was said before it. */
export function judgeNews(state: EngineState, news: FindingNews, out: Signal[]): void {
  const { findings, book } = state
  if (findings.rules.length === 0) return
  const order = { seq: Math.max(state.seq, news.seq), clockMs: Math.max(state.clockMs, news.arrivalMs) }
  const from = out.length
  judgeFinding(findings, findings.rules, news, book.entryOf(news.deviceId), order, out)
  judgeComposites(state, [], from, order, out)
}

/** Judges what is thought of a house, after all that was said before it. */
export function judgeSuspicions(state: EngineState, news: SuspicionNews, out: Signal[]): void {
  const { suspicions } = state
  if (suspicions.rules.length === 0) return
  const order = { seq: Math.max(state.seq, news.seq), clockMs: Math.max(state.clockMs, news.arrivalMs) }
  const from = out.length
  judgeSuspicion(suspicions, suspicions.rules, news, order, out)
  judgeComposites(state, [], from, order, out)
}

/** Lets rules that are new hear of the findings and suspicions that are there already. */
export function introduce(
  state: EngineState,
  present: { findings(): FindingNews[]; suspicions(): SuspicionNews[] },
  out: Signal[],
): void {
  const { newcomers, findings, suspicions, book, seq, clockMs } = state
  if (newcomers.size === 0) return
  const rules = findings.rules.filter(({ id }) => newcomers.has(id))
  const others = suspicions.rules.filter(({ id }) => newcomers.has(id))
  newcomers.clear()
  const from = out.length
  const order = { seq, clockMs }
  if (rules.length > 0)
    for (const news of present.findings()) judgeFinding(findings, rules, news, book.entryOf(news.deviceId), order, out)
  if (others.length > 0) for (const news of present.suspicions()) judgeSuspicion(suspicions, others, news, order, out)
  judgeComposites(state, [], from, { seq, clockMs }, out)
}
