import Type, { type Static } from 'typebox'
import type { Device } from '../../../core/device.ts'
import { DEVICE_TYPES } from '../../../core/metrics.ts'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { WHERE_SILENCE } from '../parts/where.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, ruleSchema, SEVERITY } from '../rule-schema.ts'

const SCHEMA = ruleSchema('no-data', {
  where: Type.Optional(WHERE_SILENCE),
  after: Type.Optional(DURATION_TEXT),
  factor: Type.Optional(Type.Number({ minimum: 1, description: 'a number of 1 or more' })),
  atLeast: Type.Optional(DURATION_TEXT),
  defaultInterval: Type.Optional(DURATION_TEXT),
  severity: SEVERITY,
})
type Spec = Static<typeof SCHEMA>

/**
 * A device that no longer speaks.
 *
 * Silence is counted by arrival, from the device's registration or its last reading, whichever is later; the same
 * message received again is no sign of life, late data is. `after: 30m` is one limit for all; `factor: 3` is three
 * times the interval that the device announced at registration, else that of its type (`core/metrics.ts`), else
 * `defaultInterval`, and never less than `atLeast`; without any of them the device is not judged. With a `metric` only
 * readings of that one count, and every device that the `where` means is expected to send it.
 *
 * A device that speaks through a gateway is not blamed for the gateway: when its silence is due and the gateway is
 * silent, or two or more devices of it (the gateway counts where it reports itself) stopped together and none was heard
 * since, one alert is raised for the gateway, by its own rule or by the worst of its devices', and the devices are
 * unknown. They stopped together when none was heard later than half its limit after its own last word. Any word
 * through the gateway ends that alert; who stays silent for a whole limit more raises its own. A gateway behind a gateway
 * is judged on its own.
 *
 * ```yaml
 * kind: no-data
 * where: { type: [smoke-detector, gas-detector] }
 * factor: 3
 * atLeast: 2m
 * severity: minor
 * ```
 *
 * Reason codes: `silent` with the limit as `durationS`; `gateway_silent` with the number of `members` that stopped;
 * cleared with `heard`, or with `unknown` when the gateway turned out to be silent.
 *
 * Source: three missed messages before a thing counts as lost is the usual choice, as with the hello timers of routers
 * (RFC 2328 has four).
 */
export const noData = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    return {
      input: 'silence',
      metric: spec.where?.metric ?? null,
      severity: spec.severity,
      limitMs: (device) => toLimitMs(spec, device),
    }
  },
})

function toLimitMs(spec: Spec, device: Device): number | null {
  if (spec.after !== undefined) return parseDuration(spec.after)
  const intervalMs = toIntervalMs(spec, device)
  if (intervalMs === null) return null
  return Math.max(intervalMs * (spec.factor ?? 1), parseDuration(spec.atLeast))
}

function toIntervalMs(spec: Spec, device: Device): number | null {
  const intervalS = device.reportEveryS ?? DEVICE_TYPES[device.type]?.reportEveryS
  if (intervalS !== undefined) return intervalS * 1000
  return spec.defaultInterval === undefined ? null : parseDuration(spec.defaultInterval)
}

function objections(spec: Spec): Objection[] {
  const found: Objection[] = []
  if (/[*?]/.test(spec.where?.metric ?? ''))
    found.push({ path: ['where', 'metric'], message: 'metric must be one name here, or be left out for any reading' })
  if (spec.after === undefined && spec.factor === undefined)
    found.push({ path: [], message: 'a limit is missing: after or factor' })
  if (spec.after !== undefined)
    for (const key of ['factor', 'atLeast', 'defaultInterval'] as const)
      if (spec[key] !== undefined) found.push({ path: [key], message: `${key} cannot stand beside after` })
  if (spec.after !== undefined && parseDuration(spec.after) === 0)
    found.push({ path: ['after'], message: 'after must be longer than nothing' })
  return found
}
