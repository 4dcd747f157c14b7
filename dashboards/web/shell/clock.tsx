import type { Times } from '../words/times.ts'
import { useNow } from './use-now.ts'

/** The one clock of the page. */
export function Clock({ times, clockOffsetMs }: { times: Times; clockOffsetMs: number }) {
  const nowMs = useNow(clockOffsetMs)
  return <time className="clock">{times.full(nowMs)}</time>
}
