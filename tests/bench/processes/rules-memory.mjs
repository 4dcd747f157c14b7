// Heap that the rule engine holds for so many subjects and rules, in bytes, after five readings from each:
// node --expose-gc rules-memory.mjs SUBJECTS RULES
import { createReadings, startEngine, thresholds, toRules } from '../rules-input.mjs'

const ROUNDS = 5
const [subjects, rules] = process.argv.slice(2).map(Number)

function heapBytes() {
  for (let i = 0; i < 4; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}

const engine = startEngine(toRules(thresholds(rules)), subjects)
const before = heapBytes()
const readings = createReadings(subjects)
for (let i = 0; i < ROUNDS; i++) for (const observation of readings.round()) engine.observe(observation)
const bytes = heapBytes() - before
console.log(bytes)
// So that nothing that was measured could be collected before.
if (engine.nextDueMs() === undefined) throw new Error('unreachable')
