import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import type { Detection } from '../../core/detection.ts'
import type { FindingNews, VerdictWord } from '../../core/finding.ts'
import type { ReviewEvent } from '../../core/finding-events.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { Arrival, Observation } from '../../core/observation.ts'
import type { FlightTold } from '../../core/patrol.ts'
import { createPatrolJudge } from '../../detectors/patrol/patrol-judge.ts'
import { aBook, analysisOf, frameOf, MINUTE_MS, NOON_MS, seen } from '../detectors/patrol/a-patrol.ts'
import { aDevice, engineOf, rulesOf } from '../detectors/rules/play.ts'

const RULES = rulesOf(`rules:
  - { id: any, title: { zh: 有, en: Any }, category: river, kind: finding, labels: { debris: minor, algae: warning, person: major, boat: warning } }
  - { id: grown, title: { zh: 长, en: Grown }, category: river, kind: finding, labels: { algae: minor }, changes: [grown] }
`)

const label = fc.constantFrom('debris', 'algae', 'person', 'boat')
const detection: fc.Arbitrary<Detection> = fc
  .record({
    label,
    eastM: fc.integer({ min: 0, max: 120 }),
    score: fc.integer({ min: 10, max: 100 }),
    radiusM: fc.integer({ min: 1, max: 8 }),
    areaM2: fc.integer({ min: 1, max: 60 }),
    isPlaced: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map(({ label: name, eastM, score, isPlaced, ...rest }) => {
    const { position, radiusM, ...nowhere } = seen(name, eastM, 0, { score: score / 100, sizeM: [2, 2], ...rest })
    return isPlaced ? { ...nowhere, position: position!, radiusM: radiusM! } : nowhere
  })

/** What comes: pictures with what they show, news of flights, and pauses between, minutes. */
const step = fc.record({
  minutes: fc.constantFrom(0, 0, 0.05, 1, 5, 20, 60),
  lateMinutes: fc.constantFrom(0, 0, 0, 3, 90),
  device: fc.constantFrom('drone-1', 'drone-2'),
  what: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        eastM: fc.integer({ min: 0, max: 120 }),
        detections: fc.array(detection, { maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom<FlightTold>({ what: 'began' }, { what: 'ended', status: 'ok' }) },
  ),
})
const word = fc.record({
  after: fc.nat({ max: 60 }),
  which: fc.nat({ max: 5 }),
  other: fc.nat({ max: 5 }),
  kind: fc.constantFrom('confirmed', 'rejected', 'duplicate', 'not_ours', 'reclassed', 'reopened'),
})
const course = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  words: fc.array(word, { maxLength: 5 }),
})

function toObservations(steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Observation[] {
  let clockMs = NOON_MS
  const arrivals = steps.flatMap(
    ({ minutes, lateMinutes, device, what }, i): { arrival: Arrival; arrivalMs: number }[] => {
      clockMs += minutes * MINUTE_MS
      const atMs = clockMs - lateMinutes * MINUTE_MS
      const all: Arrival[] =
        'what' in what
          ? [{ kind: 'flight', deviceId: device, flightId: `flight-${device}`, atMs, told: what }]
          : [frameOf, analysisOf].map((make) => make({ frameId: `f${i}`, atMs, device, ...what }))
      return all.map((arrival) => ({ arrival, arrivalMs: clockMs }))
    },
  )
  return arrivals.map(({ arrival, arrivalMs }, i) => ({ ...arrival, seq: i + 1, arrivalMs }) as Observation)
}

const END_MS = 6 * 60 * MINUTE_MS

/** Patrols, rules and alerts together, as the service has them. */
function open(snapshot?: {
  patrol: unknown
  rules: unknown
  alerts: ReturnType<ReturnType<typeof createAlertBook>['snapshot']>
}) {
  const patrol = aBook({ snapshot: snapshot?.patrol })
  const engine = engineOf(
    RULES,
    [aDevice({ id: 'drone-1', type: 'drone' }), aDevice({ id: 'drone-2', type: 'drone' })],
    snapshot?.rules,
  )
  const alerts = createAlertBook({ describe: () => ({}), ...(snapshot && { snapshot: snapshot.alerts }) })
  const news: FindingNews[] = []
  const events: AlertEvent[] = []
  const judge = createPatrolJudge(patrol, engine, (one) => news.push(one))
  const take = (signals: ReturnType<typeof judge.observe>) => {
    for (const signal of signals) events.push(...alerts.applySignal(signal))
  }
  return {
    ...{ patrol, engine, alerts, news, events },
    observe: (observation: Observation) => take(judge.observe(observation)),
    advance: (clockMs: number) => take(judge.advance(clockMs)),
    say: (entry: ReviewEvent) => take(judge.say(entry)),
    snapshot: () =>
      JSON.parse(JSON.stringify({ patrol: patrol.snapshot(), rules: engine.snapshot(), alerts: alerts.snapshot() })),
  }
}

/** Words on findings that are there when they are said, by their number. */
function toWord(
  room: ReturnType<typeof open>,
  { which, other, kind }: typeof word extends fc.Arbitrary<infer W> ? W : never,
  at_: { nowMs: number; afterSeq: number },
): ReviewEvent | null {
  const ids = room.patrol
    .findings({ limit: 100, tentative: true })
    .items.map(({ id }) => id)
    .sort()
  const findingId = ids[which % Math.max(ids.length, 1)]
  if (findingId === undefined) return null
  const words: Record<string, VerdictWord> = {
    confirmed: { verdict: 'confirmed' },
    rejected: { verdict: 'rejected', reason: 'glint' },
    duplicate: { verdict: 'duplicate', of: ids[other % ids.length]! },
    not_ours: { verdict: 'not_ours', note: '' },
    reclassed: { verdict: 'reclassed', label: 'algae' },
    reopened: { verdict: 'reopened' },
  }
  const verdict = { ...words[kind]!, by: 'li', atMs: at_.nowMs, model: 'm', score: 1 }
  return { type: 'finding.reviewed', atMs: at_.nowMs, by: 'li', findingId, verdict, afterSeq: at_.afterSeq }
}

type Course = typeof course extends fc.Arbitrary<infer C> ? C : never

/** All of it without a break; the words that were said, at their places. */
function play({ steps, words }: Course) {
  const room = open()
  const observations = toObservations(steps)
  const said: ReviewEvent[] = []
  for (const observation of observations) {
    room.observe(observation)
    for (const one of words.filter(({ after }) => after === observation.seq)) {
      const entry = toWord(room, one, { nowMs: observation.arrivalMs, afterSeq: observation.seq })
      if (entry === null) continue
      said.push(entry)
      room.say(entry)
    }
  }
  const endMs = (observations.at(-1)?.arrivalMs ?? NOON_MS) + END_MS
  room.advance(endMs)
  return { room, observations, said, endMs }
}

const findingsOf = ({ patrol }: ReturnType<typeof open>) => patrol.findings({ limit: 1000, tentative: true }).items

it('stopped anywhere and resumed from its snapshot, a patrol comes to the same findings, news and alerts', () => {
  fc.assert(
    fc.property(course, fc.nat(), fc.nat(), (all, a, b) => {
      const whole = play(all)
      const [snapAt, stopAt] = [a % (whole.observations.length + 1), b % (whole.observations.length + 1)].sort(
        (x, y) => x - y,
      ) as [number, number]

      const first = open()
      let snapshot = first.snapshot()
      let told = 0
      let alerted = 0
      for (const observation of whole.observations.slice(0, stopAt)) {
        first.observe(observation)
        for (const entry of whole.said.filter(({ afterSeq }) => afterSeq === observation.seq)) first.say(entry)
        if (observation.seq === snapAt) {
          snapshot = first.snapshot()
          ;[told, alerted] = [first.news.length, first.events.length]
        }
      }

      const second = open(snapshot)
      for (const entry of first.events.slice(alerted)) second.alerts.applyEntry(entry)
      const after = whole.said.filter(({ afterSeq }) => afterSeq > snapAt)
      for (const entry of after) second.patrol.applyEntry(entry)
      for (const observation of whole.observations.slice(snapAt)) second.observe(observation)
      second.advance(whole.endMs)

      expect(findingsOf(second)).toEqual(findingsOf(whole.room))
      expect([...first.news.slice(0, told), ...second.news]).toEqual(whole.room.news)
      expect(second.news.slice(0, first.news.length - told)).toEqual(first.news.slice(told))
      const raised = (events: AlertEvent[]) =>
        events.filter(({ type }) => type === 'alert.raised').map(({ alert }) => alert.id)
      expect([...raised(first.events), ...raised(second.events)]).toEqual(raised(whole.room.events))
      expect(second.alerts.open()).toEqual(whole.room.alerts.open())
    }),
    { numRuns: 150 },
  )
})

it('two things in one picture are never one finding', () => {
  fc.assert(
    fc.property(course, (all) => {
      const { room, observations } = play({ ...all, words: [] })
      const shown = new Map<string, number>()
      for (const one of observations)
        if (one.kind === 'analysis') shown.set(one.frameId, one.detections.filter(({ position }) => position).length)
      const found = findingsOf(room)
      for (const { sightings, id } of found) {
        const frames = room.patrol
          .flights({ limit: 100 })
          .items.flatMap(({ id: flight }) => room.patrol.flight(flight)!.frames)
        expect(sightings, id).toBe(frames.filter(({ findings }) => findings.includes(id)).length)
      }
      expect(found.every(({ sightings }) => sightings <= shown.size)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

it('a finding is raised once until it is over, and nothing stays raised that is not there', () => {
  fc.assert(
    fc.property(course, (all) => {
      const { room } = play(all)
      const active = new Set<string>()
      for (const { type, alert } of room.events) {
        const key = `${alert.rule}|${alert.subject.finding}`
        if (type === 'alert.raised') {
          expect(active.has(key)).toBe(false)
          active.add(key)
        } else if (type === 'alert.cleared') active.delete(key)
      }
      for (const { rule, state, subject } of room.alerts.open()) {
        if (state !== 'active' || rule !== 'any') continue
        const finding = room.patrol.finding(subject.finding!)
        expect(finding).toMatchObject({ presence: 'present', label: subject.label })
      }
    }),
    { numRuns: 100 },
  )
})

it('time asked for in between changes nothing', () => {
  fc.assert(
    fc.property(course, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 10 }), (all, minutes) => {
      const { room, observations, endMs } = play({ ...all, words: [] })
      const other = open()
      for (const observation of observations) {
        other.observe(observation)
        const nextMs = observations[observation.seq]?.arrivalMs ?? endMs
        for (const minute of minutes) other.advance(Math.min(nextMs, observation.arrivalMs + minute * MINUTE_MS))
      }
      other.advance(endMs)
      expect(findingsOf(other)).toEqual(findingsOf(room))
      expect(other.news).toEqual(room.news)
    }),
    { numRuns: 60 },
  )
})
