// Observations per second through the rule engine, against a bare loop over a Map with one comparison: what every one
// of them costs at the least in JavaScript. Rounds alternate; rates are by processor time. Then what one rule of each kind costs, and memory.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, row } from './rows.mjs'
import { createReadings, startEngine, thresholds, toRules } from './rules-input.mjs'

const SUBJECTS = 10_000
const RULES = 20
const MEMORY_SUBJECTS = 100_000
const MEMORY_RULES = [1, RULES]
const MEMORY_SCRIPT = fileURLToPath(new URL('processes/rules-memory.mjs', import.meta.url))
const METRICS = 10

const KINDS = {
  threshold: 'kind: threshold, where: { metric: v }, above: 80, hysteresis: 2, onDelay: 30s, offDelay: 1m',
  rate: 'kind: rate, where: { metric: v }, above: 50, per: 1m, window: 10m',
  window: 'kind: window, where: { metric: v }, aggregate: mean, sliding: 10m, above: 80',
  stuck: 'kind: stuck, where: { metric: v }, for: 1h',
  drift: 'kind: drift, where: { metric: v }',
  deviation: 'kind: deviation, where: { metric: v }, season: day',
}

export async function bench({ quick }) {
  const rounds = quick ? 3 : 9
  const unit = 'observations/s of processor'
  const compared = (name, { ours, bare }) =>
    row({ name, unit, values: ours, peer: 'bare loop, a Map and one comparison', peerValues: bare })
  const all = measure(toRules(thresholds(RULES)), rounds)
  const metricOf = (i) => `m${i % METRICS}`
  const some = measure(toRules(thresholds(RULES, metricOf)), rounds, metricOf)
  return [
    compared(`${RULES} rules, all about each of ${SUBJECTS.toLocaleString('en')} subjects`, all),
    row({ name: 'per rule and observation', unit: 'ns', values: all.ours.map((each) => 1e9 / each / RULES) }),
    compared(`${RULES} rules, ${RULES / METRICS} about each of ${SUBJECTS.toLocaleString('en')} subjects`, some),
    ...kindRows(quick ? 5 : 30),
    ...memoryRows(quick ? MEMORY_SUBJECTS / 10 : MEMORY_SUBJECTS),
  ]
}

/** Observations per second of each round, ours and the bare loop's. The first rounds are for warming up. */
function measure(rules, rounds, metricOf) {
  const engine = startEngine(rules, SUBJECTS)
  const readings = createReadings(SUBJECTS, metricOf)
  const limits = new Map(readings.round().map(({ deviceId }) => [deviceId, 80]))
  const ours = []
  const bare = []
  for (let i = -3; i < rounds; i++) {
    const minutes = Array.from({ length: 5 }, () => readings.round()).flat()
    const bareRate = rateOf(minutes, (observation) => observation.samples[0].value > limits.get(observation.deviceId))
    const ourRate = rateOf(minutes, (observation) => engine.observe(observation).length > 0)
    if (i < 0) continue
    ours.push(ourRate)
    bare.push(bareRate)
  }
  return { ours, bare }
}

function rateOf(observations, isAlarming) {
  let alarms = 0
  const started = process.cpuUsage()
  for (const observation of observations) if (isAlarming(observation)) alarms++
  const rate = (observations.length / microsecondsSince(started)) * 1e6
  if (alarms === 0) throw new Error('nothing was beyond its limit: the loop did no work')
  return rate
}

/** Of processor time, which other work on the machine does not change much. */
function microsecondsSince(started) {
  const { user, system } = process.cpuUsage(started)
  return user + system
}

/** What one rule of a kind adds to an observation that one other rule judges already: a fifth of what five add. */
function kindRows(minutes) {
  const subjects = SUBJECTS / 10
  const cost = (texts) => {
    const engine = startEngine(toRules([...thresholds(1), ...texts]), subjects)
    const readings = createReadings(subjects)
    const microseconds = []
    for (let i = 0; i < minutes + 5; i++) {
      const round = readings.round()
      const started = process.cpuUsage()
      for (const observation of round) engine.observe(observation)
      if (i >= 5) microseconds.push(microsecondsSince(started) / subjects)
    }
    return median(microseconds)
  }
  cost(Object.values(KINDS))
  const without = median([cost([]), cost([]), cost([])])
  return Object.entries(KINDS).map(([kind, text]) =>
    row({
      name: `one more rule of kind \`${kind}\``,
      unit: 'µs/observation',
      values: [(cost(new Array(5).fill(text)) - without) / 5],
    }),
  )
}

/** In processes of their own, whose heap is collected before and after. */
function memoryRows(subjects) {
  const bytes = MEMORY_RULES.map((rules) => {
    const args = ['--expose-gc', '--max-old-space-size=16000', MEMORY_SCRIPT, String(subjects), String(rules)]
    return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  })
  const [one, many] = bytes.map((each) => each / subjects)
  const perRule = (many - one) / (RULES - 1)
  const name = `memory at ${subjects.toLocaleString('en')} subjects`
  return [
    row({ name: `${name} and ${RULES} rules, by subject and rule`, unit: 'bytes', values: [many / RULES] }),
    row({ name: `${name}, each more rule`, unit: 'bytes/subject', values: [perRule] }),
    row({ name: `${name}, before the first rule`, unit: 'bytes/subject', values: [one - perRule] }),
  ]
}
