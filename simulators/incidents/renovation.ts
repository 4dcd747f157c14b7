import type { SimulatedDevice } from '../fleet.ts'
import { type PastReading, pastPapers, pastReadings, type WorkedHouse } from '../quarter/past-works.ts'
import type { RecordEvent } from '../quarter/records.ts'
import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { distanceBetweenM } from '../world.ts'
import type { ReadingsEvent } from '../write-readings.ts'
import { batchesOf } from '../write-readings.ts'
import { felt, REACH_M, type Works } from './felt-works.ts'
import { type Effect, type ExpectedAlert, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/** Loud, but below what harms a wall: the limits of vibration are another story. */
const DEFAULT_PPV_MM_S = 2
const DEFAULT_DAYS_BEFORE = 3
const DEFAULT_BACK_FILL_S = 30
/** Of fewer days nothing is thought yet. */
const LEAST_DAYS = 3
/** What is known is weighed once a minute. */
const WEIGHED_S = 150
/** The crew changes tools. */
const TOOL_TURN_MS = 45_000

/**
 * A house that was let is rebuilt. The papers lie with the registers; its sensors had no connection for six days, in the last of which a crew
 * came, and send what they kept when it is back, oldest first; and the crew goes on, live. Filed or not decides what the service must make of it.
 * The house is the same in every round of one start, and its past is told once.
 */
export function planRenovation(entry: IncidentOf<'renovation'>, context: PlanContext): PlannedIncident {
  const { startMs, endMs, fleet, isFirst } = context
  const days = entry.daysBefore ?? DEFAULT_DAYS_BEFORE
  const source = context.pickLasting(
    fleet.some(({ type }) => type === 'noise-meter') ? 'noise-meter' : 'vibration-sensor',
  )
  const house = houseOf(source, context)
  const backMs = startMs + (entry.backFillS ?? DEFAULT_BACK_FILL_S) * 1000
  const isJudged = days >= LEAST_DAYS && context.hasHouses && isFirst && endMs - backMs >= WEIGHED_S * 1000
  const told = isFirst && days > 0 ? createPast(house, entry, { days, seed: context.seed, startMs, backMs }) : null
  return {
    truth: { ...truthAt(context, source, 'works'), alerts: isJudged ? [expected(house, entry, context)] : [] },
    effects: liveEffects(entry, source, context),
    ...(told && {
      events: told,
      keepsBack: { deviceIds: house.devices.map(({ id }) => id), fromMs: context.roundStartMs, toMs: backMs },
    }),
  }
}

function houseOf(source: SimulatedDevice, { fleet, buildingAt }: PlanContext): WorkedHouse {
  const { place: address } = source
  return { id: buildingAt(address) ?? address, address, devices: fleet.filter(({ place }) => place === address) }
}

function expected(house: WorkedHouse, { filed }: IncidentOf<'renovation'>, context: PlanContext): ExpectedAlert {
  return {
    ...{ building: house.id, category: 'works', rule: filed ? 'works-approved' : 'renovation-likely' },
    ...{ fromMs: context.startMs, byMs: context.endMs },
  }
}

function liveEffects(entry: IncidentOf<'renovation'>, source: SimulatedDevice, context: PlanContext): Effect[] {
  const works: Works = {
    startMs: context.startMs,
    endMs: context.endMs,
    peakMmS: entry.ppvMmS ?? DEFAULT_PPV_MM_S,
    bite: (atMs) => 0.8 + 0.2 * randomAt(0, context.id, atMs),
    toolAt: (atMs) => (Math.floor(atMs / TOOL_TURN_MS) % 2 === 0 ? 'drilling' : 'hammering'),
  }
  return context.fleet.flatMap((device): Effect[] => {
    const metres = device.place === source.place ? 0 : distanceBetweenM(device.position, source.position)
    const effect = metres < REACH_M ? felt(works, device, metres) : null
    return effect === null ? [] : [{ deviceId: device.id, ...effect }]
  })
}

interface Past {
  days: number
  seed: number
  startMs: number
  /** By then all that was kept has been sent. */
  backMs: number
}

/** The papers at once, the readings message by message until `backMs`; made when they are first asked for. */
function createPast(house: WorkedHouse, { filed }: IncidentOf<'renovation'>, past: Past) {
  let kept: (ReadingsEvent | RecordEvent)[] | null = null
  function all(): (ReadingsEvent | RecordEvent)[] {
    const { days, seed, startMs, backMs } = past
    const papers = pastPapers(house, seed, filed, startMs).map((record): RecordEvent => {
      return { kind: 'record', atMs: startMs, deviceId: 'housing-office', house: house.id, record }
    })
    const messages = toMessages(house, pastReadings(house, seed, days, startMs))
    const everyMs = (backMs - startMs) / (messages.length + 1)
    return [
      ...papers,
      ...messages.map(({ deviceId, payload }, i): ReadingsEvent => {
        return { kind: 'readings', atMs: Math.floor(startMs + (i + 1) * everyMs), deviceId, payload }
      }),
    ]
  }
  return (fromMs: number, toMs: number) => {
    if (toMs <= past.startMs || fromMs >= past.backMs) return []
    kept ??= all()
    return kept.filter(({ atMs }) => fromMs <= atMs && atMs < toMs)
  }
}

/** Messages of all devices, in the order of their oldest reading; each device's own stay in order. */
function toMessages({ devices }: WorkedHouse, readings: readonly PastReading[]) {
  return devices
    .flatMap((device) =>
      batchesOf(
        device,
        readings.filter(({ deviceId }) => deviceId === device.id),
      ),
    )
    .sort((a, b) => a.firstMs - b.firstMs)
}
