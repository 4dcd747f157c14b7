import type { Alert } from '../../core/alert.ts'
import { AppError } from '../../core/errors.ts'
import { MATCHER_PARTS, type Quiet, type Silence } from '../../core/quiet.ts'
import { type AlertMatch, toAlertMatch } from './labels.ts'
import type { NoiseLimits } from './settings.ts'

/** The silences that are planned or in force. Those that have run out are forgotten; the ledger remembers them. */
export interface Silences {
  get(id: string): Silence | undefined
  all(): Silence[]
  set(silence: Silence): void
  remove(id: string): void
  /** The gate's word on an alert at that moment: of several silences the one that lasts longest. */
  gateOf(alert: Alert, atMs: number): Omit<Quiet, 'sinceMs'> | undefined
  /** Whether the silence means this alert, at whatever time. */
  means(id: string, alert: Alert): boolean
}

export function createSilences(known: Silence[] = []): Silences {
  const byId = new Map<string, { silence: Silence; fits: AlertMatch }>()
  const set = (silence: Silence) => byId.set(silence.id, { silence, fits: toAlertMatch(silence.match) })
  for (const silence of known) set(silence)

  return {
    get: (id) => byId.get(id)?.silence,
    all: () => [...byId.values()].map(({ silence }) => silence),
    set,
    remove: (id) => void byId.delete(id),
    gateOf(alert, atMs) {
      let longest: Silence | undefined
      for (const { silence, fits } of byId.values()) {
        if (atMs < silence.fromMs || atMs >= silence.toMs) continue
        if (longest && (silence.toMs < longest.toMs || (silence.toMs === longest.toMs && silence.id >= longest.id)))
          continue
        if (fits(alert)) longest = silence
      }
      return longest && { gate: 'silence', by: longest.id, untilMs: longest.toMs }
    },
    means: (id, alert) => byId.get(id)?.fits(alert) ?? false,
  }
}

/** Throws `bad_request` for a silence that silences nothing, has no reason or is too long, `too_many_requests`. */
export function checkSilence(silence: Silence, known: Silences, nowMs: number, limits: NoiseLimits): void {
  const { match, fromMs, toMs, reason } = silence
  if (!MATCHER_PARTS.some((part) => match[part] !== undefined))
    throw new AppError('bad_request', `match needs one of ${MATCHER_PARTS.join(', ')}`)
  if (!(toMs > fromMs)) throw new AppError('bad_request', 'to must be after from')
  if (toMs <= nowMs) throw new AppError('bad_request', 'to lies in the past')
  if (toMs - fromMs > limits.silenceMs)
    throw new AppError('bad_request', `a silence may last ${hours(limits.silenceMs)}`, { maxMs: limits.silenceMs })
  if (reason.trim() === '') throw new AppError('bad_request', 'reason is missing')
  if (!known.get(silence.id) && known.all().length >= limits.silences)
    throw new AppError('too_many_requests', `more than ${limits.silences} silences`)
}

/** For people: `8 h`. */
export function hours(ms: number): string {
  return `${Math.round(ms / 360_000) / 10} h`
}
