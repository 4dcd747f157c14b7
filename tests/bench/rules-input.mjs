// Devices, rules and readings of the benches of the rule engine.

import { createRuleEngine } from '../../dist/detectors/rules/engine/rule-engine.js'
import { parseRules } from '../../dist/detectors/rules/files/parse-rules.js'

const T0 = Date.UTC(2026, 0, 5)
const EVERY_MS = 60_000

/** One rule per text, which has what differs; ids are r0, r1, … */
export function toRules(texts) {
  const rules = texts.map(
    (text, i) => `  - { id: r${i}, title: { zh: 规则, en: Rule }, category: other, severity: minor, ${text} }`,
  )
  const result = parseRules([{ path: 'bench.yaml', text: `rules:\n${rules.join('\n')}\n` }])
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result.rules
}

/** Limits with hysteresis and delays, which the readings seldom pass. */
export function thresholds(count, metricOf = () => 'v') {
  return Array.from({ length: count }, (_, i) => {
    const limit = i % 2 === 0 ? `above: ${80 + i}` : `below: ${20 - i}`
    return `kind: threshold, where: { metric: ${metricOf(i)} }, ${limit}, hysteresis: 2, onDelay: 30s, offDelay: 1m`
  })
}

export function startEngine(rules, subjects) {
  const devices = Array.from({ length: subjects }, (_, i) => ({
    id: `device-${i}`,
    type: 'sensor',
    registeredAtMs: T0,
    tokenHash: '',
  }))
  const byId = new Map(devices.map((device) => [device.id, device]))
  return createRuleEngine({ rules, device: (id) => byId.get(id), devices: () => devices })
}

/** Rounds of one reading a minute from each device, spread over the minute; three in a thousand are beyond the limits. */
export function createReadings(subjects, metricOf = () => 'v') {
  let seq = 0
  let state = 7
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  return {
    round() {
      const readings = new Array(subjects)
      for (let i = 0; i < subjects; i++) {
        const value = next() < 0.003 ? 120 : 40 + 20 * next()
        const atMs = T0 + Math.floor((seq / subjects) * EVERY_MS)
        seq++
        readings[i] = {
          kind: 'readings',
          seq,
          arrivalMs: atMs + 20,
          deviceId: `device-${i}`,
          messageSeq: seq,
          samples: [{ metric: metricOf(i), atMs, value }],
        }
      }
      return readings
    },
  }
}
