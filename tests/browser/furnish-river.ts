import { readFileSync } from 'node:fs'
import type { Finding } from '../../core/finding.ts'
import type { FlightDetail, Stretch } from '../../core/patrol.ts'
import { createRiverLine } from '../../core/river-line.ts'
import { assetPath } from '../../core/source-path.ts'
import { aFinding, aSighting } from '../core/a-finding.ts'
import type { MemoryPorts } from '../dashboards/memory-ports.ts'

const PICTURE = readFileSync(assetPath('tests/fixtures/frames/river-debris.jpg'))
const MINUTE_MS = 60_000
const RIVER = '文津河'

interface MapFeature {
  properties: { kind?: string }
  geometry: { coordinates: [number, number][] }
}

function riverLine() {
  const map = JSON.parse(readFileSync(assetPath('simulators/world/wenjin.geojson'), 'utf8')) as {
    features: MapFeature[]
  }
  return createRiverLine(map.features.find(({ properties }) => properties.kind === 'riverline')!.geometry.coordinates)
}

/** A flight of half an hour ago over the map's river that found three things, and one a week before that found nothing. */
export function furnishRiver(ports: MemoryPorts): void {
  const line = riverLine()
  const nowMs = Date.now()
  const beganMs = nowMs - 30 * MINUTE_MS
  const gap = { river: RIVER, reach: 'reach-2', fromM: 900, toM: 1_100, reason: 'blurred' as const }
  const seen: Stretch = { river: RIVER, reach: 'reach-1', fromM: 400, toM: 900 }
  const flight: FlightDetail['flight'] = {
    ...{ id: 'flight-1', device: 'UAV-1', beganMs, endedMs: beganMs + 8 * MINUTE_MS, lastMs: beganMs + 8 * MINUTE_MS },
    frames: { expected: 4, received: 3, analysed: 3, refused: 0 },
    media: { promised: 0, delivered: 0, lost: [], awaited: [] },
  }
  const quiet = { ...flight, id: 'flight-0', beganMs: beganMs - 9_000 * MINUTE_MS, lastMs: beganMs - 8_990 * MINUTE_MS }
  const track = [400, 600, 800, 1_000].map((alongM, i) => ({
    ...{ atMs: beganMs + i * MINUTE_MS, position: line.positionAt(alongM), heightM: 60 },
  }))
  const coverage: FlightDetail['coverage'] = {
    ...{ plannedM: 700, coveredM: 500 },
    gaps: [{ ...gap, line: line.between(gap.fromM, gap.toM) }],
    seen: [{ ...seen, gsdCm: 2.2, sharpness: 120, frameId: 'frame-1' }],
  }
  ports.patrol.addFlight({ flight, track, coverage, frames: [] })
  ports.patrol.addFlight({ flight: quiet, track: [], coverage: { ...coverage, gaps: [], seen: [] }, frames: [] })
  const sums = {
    ...{ plannedM: 700, coveredM: 500, gaps: [{ reason: 'blurred' as const, lengthM: 200 }] },
    stretches: [{ river: RIVER, reach: 'reach-1', plannedM: 700, coveredM: 500 }],
  }
  ports.patrol.addDigest({ flight: quiet, coverage: sums, findings: { seen: 0, undecided: 0 } })
  ports.patrol.addDigest({ flight, coverage: sums, findings: { seen: 4, undecided: 3 } })
  const reach = { name: '上塘段', nameEn: 'Shangtang reach', fromM: 0, toM: 900, present: 3, undecided: 3 }
  ports.patrol.addRiver({
    ...{ name: RIVER, nameEn: 'Wenjin River', lengthM: line.lengthM },
    reaches: [
      { ...reach, id: 'reach-1', lastCovered: { flightId: 'flight-1', atMs: flight.lastMs } },
      {
        ...reach,
        id: 'reach-2',
        name: '平桥段',
        nameEn: 'Pingqiao reach',
        fromM: 900,
        toM: 1_750,
        present: 0,
        undecided: 0,
      },
    ],
  })
  addFrame(ports, 'frame-1', beganMs)
  for (const finding of findingsAt(line.positionAt, beganMs)) ports.patrol.addFinding(finding)
}

/** As many more findings down the same river, over twenty pictures. */
export function addManyFindings(ports: MemoryPorts, count: number): void {
  const { place, ...finding } = ports.patrol.findings.finding('f1-0')!
  const labels = ['debris', 'algae', 'boat', 'plume']
  for (let n = 0; n < Math.min(20, count); n++) addFrame(ports, `frame-many-${n}`, finding.best.atMs)
  for (let n = 0; n < count; n++) {
    const best = { ...finding.best, frameId: `frame-many-${n % 20}` }
    const along = { ...place!, alongM: 900 + n * 2 }
    ports.patrol.addFinding({ ...finding, id: `many-${n}`, label: labels[n % 4]!, place: along, best })
  }
}

/** A picture with debris in it. */
export function addFrame(ports: MemoryPorts, frameId: string, atMs: number): void {
  const detections = [{ label: 'debris', score: 0.86, box: [248, 145, 41, 46] as [number, number, number, number] }]
  const shape = { widthPx: 640, heightPx: 640, pose: {}, sha256: '' }
  ports.addFrame({ frameId, device: 'UAV-1', atMs, state: 'analysed', model: 'river-1', detections, ...shape }, PICTURE)
}

/** Down the river: debris in a picture, a boat in the same, algae whose picture is gone, and debris decided already. */
function findingsAt(positionAt: (alongM: number) => { lat: number; lon: number }, atMs: number): Finding[] {
  const at = (id: string, alongM: number, bank: 'left' | 'right', changes: Partial<Finding> = {}): Finding => {
    const place = { river: RIVER, reach: 'reach-1', reachName: '上塘段', alongM, offsetM: 9, bank }
    const best = changes.best ?? aSighting({ atMs, frameId: 'frame-1', box: [248, 145, 41, 46] })
    return aFinding({ id, place, position: positionAt(alongM), best, ...changes })
  }
  return [
    at('f1-0', 500, 'left'),
    at('f1-1', 620, 'right', { label: 'boat', best: aSighting({ atMs, box: [497, 231, 80, 117] }) }),
    at('f1-2', 700, 'left', { label: 'algae', best: aSighting({ atMs, frameId: 'frame-gone' }) }),
    at('f1-3', 800, 'right', {
      verdicts: [{ verdict: 'rejected', reason: 'shadow', by: 'chief', atMs, model: 'river-1', score: 0.7 }],
    }),
  ]
}
