import { type Refusal, refuse } from '../core/refusal.ts'

/** 2000-01-01: a device clock before it was never set, or counts seconds where ms are expected. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)
/** A zone is required: a local time without one means nothing here. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/

/**
 * A time as devices write it (ISO 8601 with a zone, or ms since the epoch) as whole ms.
 * Refuses `bad_payload` what is no time and `time_out_of_range` what is before 2000 or too far ahead of the arrival.
 */
export function toDeviceTimeMs(at: unknown, arrivalMs: number, futureMs: number, field: string): number | Refusal {
  if (typeof at === 'number') return checkTimeMs(at, arrivalMs, futureMs, field)
  if (typeof at !== 'string') return refuse('bad_payload', `${field}: expected an ISO 8601 time or epoch milliseconds`)
  const atMs = ISO_TIME.test(at) ? Date.parse(at) : Number.NaN
  if (Number.isNaN(atMs))
    return refuse('bad_payload', `${field}: expected ISO 8601 with a zone, as 2026-03-01T08:00:00Z`)
  return checkTimeMs(atMs, arrivalMs, futureMs, field)
}

/** The range check alone; `atMs` may be fractional and is rounded. */
export function checkTimeMs(atMs: number, arrivalMs: number, futureMs: number, field: string): number | Refusal {
  if (!Number.isFinite(atMs)) return refuse('bad_payload', `${field}: expected a finite time`)
  if (atMs < EARLIEST_MS)
    return refuse('time_out_of_range', `${field}: before the year 2000; epoch milliseconds are expected`)
  if (atMs > arrivalMs + futureMs)
    return refuse('time_out_of_range', `${field}: more than ${Math.round(futureMs / 3600_000)} h ahead of its arrival`)
  return Math.round(atMs)
}
