import { createHash, type Hash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import type { Observation } from '../../core/observation.ts'
import { loadRules } from '../../detectors/rules/files/load-rules.ts'
import { SHIPPED_RULES } from '../../detectors/rules/files/shipped-rules.ts'
import type { RuleSet } from '../../detectors/rules/rule.ts'
import { createFrontDoor } from '../../ingest/front-door.ts'
import { createRefusals } from '../../ingest/refusals.ts'
import { createFleet } from '../../simulators/fleet.ts'
import { loadScenario } from '../../simulators/scenario.ts'
import { createTimeline, type SimulatedEvent } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { engineOf } from '../detectors/rules/play.ts'

// These digests stand here so that they are the same on every machine and version of Node; `npm run test:node24` asks the other one.
// They change when the world or the shipped rules do: then look at what changed, and write them anew.
const START_MS = Date.UTC(2026, 2, 1, 2)
const STEP_MS = 1000
const world = loadWorld()

function open(name: string, seed = 1) {
  const scenario = loadScenario(name)
  const fleet = createFleet(world, seed, scenario)
  return { scenario, fleet, timeline: createTimeline({ scenario, fleet, world, seed, startMs: START_MS }) }
}

/** All that goes over a wire, in order; of pictures that are drawn, what they are drawn from. */
function toldTo(hash: Hash, event: SimulatedEvent): void {
  hash.update(`${event.kind} ${event.atMs} ${event.deviceId} `)
  if (event.kind === 'readings' || event.kind === 'flight') hash.update(event.payload)
  else if (event.kind === 'frame' || event.kind === 'waveform') hash.update(event.take())
  else if (event.kind === 'photo') hash.update(JSON.stringify(event.order))
  else if (event.kind === 'record') hash.update(JSON.stringify(event.record))
  else hash.update(String(event.isUp))
}

function digestOf(name: string, seconds: number, seed = 1): { events: number; sha256: string } {
  const { timeline } = open(name, seed)
  const hash = createHash('sha256')
  let events = 0
  for (let ms = START_MS; ms < START_MS + seconds * 1000; ms += STEP_MS)
    for (const event of timeline.between(ms, ms + STEP_MS)) {
      events++
      toldTo(hash, event)
    }
  return { events, sha256: hash.digest('hex') }
}

/** Readings from the timeline through the front door to rules and alerts, on the simulated time, without a network. */
function alertsOf(rules: RuleSet, name: string, seconds: number): string[] {
  const { fleet, timeline } = open(name)
  const devices = fleet.map((device) => ({ ...device, registeredAtMs: START_MS, tokenHash: '' }))
  const engine = engineOf(rules, devices)
  const book = createAlertBook({ describe: () => ({}) })
  const told: string[] = []
  let nowMs = START_MS
  const clock = { nowMs: () => nowMs }
  const observations: Observation[] = []
  const door = createFrontDoor({
    submit(arrival, done) {
      observations.push({ ...arrival, seq: observations.length + 1, arrivalMs: nowMs })
      done(null)
    },
    registry: { get: (id) => devices.find((device) => device.id === id) },
    evidence: { put: async () => '' },
    readFrameHeader: () => Promise.reject(new Error('no pictures here')),
    refusals: createRefusals({ clock }),
    clock,
  })
  let judged = 0
  for (; nowMs < START_MS + seconds * 1000; nowMs += STEP_MS) {
    for (const event of timeline.between(nowMs, nowMs + STEP_MS))
      if (event.kind === 'readings') door.readings(event.deviceId, event.payload, () => {})
    const signals = [...observations.slice(judged).flatMap((one) => engine.observe(one)), ...engine.advance(nowMs)]
    judged = observations.length
    for (const { type, alert } of signals.flatMap((signal) => book.applySignal(signal))) {
      if (type === 'alert.updated') continue
      const { device, place } = alert.subject
      const atS = ((type === 'alert.raised' ? alert.raisedAtMs : alert.lastAtMs) - START_MS) / 1000
      told.push([atS, type.slice('alert.'.length), alert.rule, device ?? place, alert.severity].join(' '))
    }
  }
  return told
}

describe('the same seed', () => {
  let rules: RuleSet

  beforeAll(async () => {
    const loaded = await loadRules([SHIPPED_RULES])
    if ('faults' in loaded) throw new Error('the shipped rules have faults')
    rules = loaded.rules
  })

  test('gives these very bytes in a whole round of the minute in which everything happens', () => {
    expect(digestOf('ci', 60)).toMatchInlineSnapshot(`
      {
        "events": 2494,
        "sha256": "30104ce2e73d30a9834a9859521de44fa32d3afdb43db6581b677706fa79fefe",
      }
    `)
  })

  test('gives these very bytes in the first minutes of the demo: patrol, waveforms and papers too', () => {
    expect(digestOf('demo', 180)).toMatchInlineSnapshot(`
      {
        "events": 8285,
        "sha256": "62766df9d0f988c357ac2dbead57bf86d8d3c9a97f4763d759d72e4dd4a6dc36",
      }
    `)
  })

  test('gives these very alerts', () => {
    expect(alertsOf(rules, 'ci', 75)).toMatchInlineSnapshot(`
      [
        "2.385 raised vibration-high vib-002 major",
        "3.646 raised river-discharge-suspected river-001 critical",
        "6.757 raised river-discharge-suspected river-002 critical",
        "7.853 raised gas-leak gas-003 major",
        "9.713 raised river-discharge-suspected river-003 critical",
        "11.061 raised heat-high temp-001 major",
        "11.862 raised smoke-high smoke-001 critical",
        "13.607 raised river-discharge-suspected river-004 critical",
        "15.447 raised manhole-open cover-001 major",
        "16.947 raised pit-level-high sump-005 warning",
        "16.862 raised heat-high smoke-001 major",
        "16 raised fire-confirmed 茶亭巷6号 critical",
        "18.64 raised water-leak leak-002 major",
        "19.626 raised pit-level-high sump-002 warning",
        "20.509 raised pit-level-high sump-003 warning",
        "21.409 raised falling-object fall-002 major",
        "30 raised messages-missing smoke-005 warning",
        "45 raised messages-missing smoke-006 warning",
        "70.694 raised heat-high temp-003 major",
      ]
    `)
  })

  test('of nothing but faults raises nothing, but of faulty devices that messages are missing or their clock is wrong', () => {
    const truths = open('faults').timeline.truth(START_MS, START_MS + 120_000)
    const faulty = truths.flatMap(({ device, touched = [] }) => [device, ...touched.map(({ deviceId }) => deviceId)])
    for (const alert of alertsOf(rules, 'faults', 120)) {
      expect(alert).toMatch(/ (raised|cleared) (messages-missing|device-clock-wrong) /)
      expect(
        faulty.some((device) => alert.includes(` ${device} `)),
        alert,
      ).toBe(true)
    }
  })

  test('gives these very alerts in ten minutes of the demo', () => {
    const alerts = alertsOf(rules, 'demo', 600)
    const sha256 = createHash('sha256').update(alerts.join('\n')).digest('hex')
    expect({ alerts: alerts.length, sha256 }).toMatchInlineSnapshot(`
      {
        "alerts": 61,
        "sha256": "a187c188eb9eb3c9b51ed4be1dc004ab17492c1a437515aaacaba9f21b9dd0f2",
      }
    `)
  })
})
