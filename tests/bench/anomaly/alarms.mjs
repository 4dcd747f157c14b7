import { createRuleEngine } from '../../../dist/detectors/rules/engine/rule-engine.js'
import { parseRules } from '../../../dist/detectors/rules/files/parse-rules.js'

const DEVICE = { id: 'series', type: 'series', registeredAtMs: 0, tokenHash: '' }

/** A rule file with one rule for each text: the lines in which it differs from the others. Ids are r0, r1, … */
export function toRules(texts) {
  const rules = texts.map(
    (text, i) =>
      `  - { id: r${i}, title: { zh: 规则, en: Rule }, category: other, where: { metric: value }, severity: warning, ${text} }`,
  )
  const result = parseRules([{ path: 'bench.yaml', text: `rules:\n${rules.join('\n')}\n` }])
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result.rules
}

/**
 * Plays a series through the rule engine as one device with one metric. For each rule the rows at which it began to
 * fire, which is when an operator would have been told.
 */
export function alarmsOf(rules, samples) {
  const engine = createRuleEngine({ rules, device: () => DEVICE, devices: () => [DEVICE] })
  const alarms = rules.rules.map(() => [])
  const firing = new Set()
  let arrivalMs = 0
  for (const [row, { atMs, value }] of samples.entries()) {
    arrivalMs = Math.max(arrivalMs, atMs)
    const signals = engine.observe({
      kind: 'readings',
      seq: row + 1,
      arrivalMs,
      deviceId: DEVICE.id,
      messageSeq: row,
      samples: [{ metric: 'value', atMs, value }],
    })
    for (const { rule, state } of signals) {
      if (state === 'cleared') firing.delete(rule)
      else if (!firing.has(rule)) {
        firing.add(rule)
        alarms[Number(rule.slice(1))].push(row)
      }
    }
  }
  return alarms
}
