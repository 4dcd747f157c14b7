import type { Finding, FindingNews, Verdict } from '../../../core/finding.ts'
import { parseDuration } from '../parts/duration.ts'
import type { FindingSpec } from './test-schema.ts'

/** What a test says became of findings, in order of time; each comes as a patrol would tell it. */
export function toFindingNews(specs: FindingSpec[], startMs: number): FindingNews[] {
  return specs.map((spec) => toNews(spec, startMs)).sort((a, b) => a.arrivalMs - b.arrivalMs)
}

function toNews(spec: FindingSpec, startMs: number): FindingNews {
  const { device, at, change = 'opened', review, reach } = spec
  const atMs = startMs + parseDuration(at)
  return {
    ...{ kind: 'finding', seq: 0, arrivalMs: atMs, deviceId: device, atMs },
    change: review === undefined || spec.change !== undefined ? change : 'reviewed',
    finding: toFinding(spec, atMs),
    ...(reach && { reach }),
  }
}

function toFinding({ id, label, change, review, score = 1, ...spec }: FindingSpec, atMs: number): Finding {
  const { areaM2, growth, position, river, alongM = 0 } = spec
  const sighting = { frameId: 'frame-1', flightId: 'flight-1', atMs, score, box: [0, 0, 1, 1], model: 'test' } as const
  const best = { ...sighting, box: [...sighting.box] as [number, number, number, number] }
  const verdict = review === 'rejected' ? { verdict: review, reason: 'other' as const } : review && { verdict: review }
  const said = { by: 'test', atMs, note: '', model: 'test', score }
  return {
    ...{ id, label, presence: change === 'gone' ? 'gone' : 'present', score, best, firstMs: atMs, lastMs: atMs },
    ...(areaM2 !== undefined && { areaM2 }),
    ...(growth !== undefined && { growth }),
    ...(position && { position }),
    ...(river !== undefined && { place: { river, alongM, offsetM: 0, bank: 'middle' as const } }),
    ...{ sightings: 1, flights: [{ flightId: 'flight-1', firstMs: atMs, lastMs: atMs, sightings: 1, score, best }] },
    lastLook: { flightId: 'flight-1', frameId: 'frame-1', atMs },
    verdicts: verdict ? [{ ...verdict, ...said } as Verdict] : [],
  }
}
