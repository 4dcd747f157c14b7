import { type FrameEvent, framesOf } from './drone/frames-of.ts'
import { createDueDevices } from './due-devices.ts'
import type { Cut, PlannedFault } from './faults/fault.ts'
import type { SimulatedDevice } from './fleet.ts'
import type { PlannedIncident, Truth } from './incidents/incident.ts'
import { floatingTruth, type PatrolEvent, patrolEvents } from './patrol/patrol-events.ts'
import { makeHouses } from './quarter/houses.ts'
import { type RecordEvent, recordsBetween, withoutSensors } from './quarter/records.ts'
import { readingsOf } from './readings-of.ts'
import { createRounds, FRAME_EVERY_S, type Rounds, type StoryOptions } from './rounds.ts'
import { type WaveformEvent, waveformsOf } from './waveforms-of.ts'
import type { ReadingsEvent } from './write-readings.ts'

/** A device's connection breaks, or it comes back. */
export interface LinkEvent {
  kind: 'link'
  atMs: number
  deviceId: string
  isUp: boolean
}
export type SimulatedEvent = ReadingsEvent | FrameEvent | LinkEvent | PatrolEvent | RecordEvent | WaveformEvent

/** All that happens, as a function of time: the same options and times give the same bytes, however they are asked for. */
export interface Timeline {
  /** Events with `fromMs` ≤ time < `toMs`, in order of time. */
  between(fromMs: number, toMs: number): SimulatedEvent[]
  /** Incidents and faults that begin in that time, in order. */
  truth(fromMs: number, toMs: number): Truth[]
}

export function createTimeline(options: StoryOptions): Timeline {
  const rounds = createRounds(options)
  const frameEveryMs = (options.scenario.frameEveryS ?? FRAME_EVERY_S) * 1000
  const { scenario, world, seed } = options
  const houses = scenario.houses ? withoutSensors(makeHouses(world, seed, options.fleet)) : []
  const everyS = scenario.houses?.recordEveryS ?? 0
  const calmEveryS = scenario.waveformEveryS
  const shaken = calmEveryS === undefined ? [] : options.fleet.filter((device) => device.type === 'vibration-sensor')
  const drones = options.fleet.filter((device) => device.type === 'drone')
  const due = createDueDevices(options.fleet, seed)

  /** Who reports in that time, or has a fault that may make it speak. */
  function speaking(fromMs: number, toMs: number): SimulatedDevice[] {
    const faulty = [...rounds.around(fromMs), ...rounds.overlapping(fromMs - 1, toMs)].flatMap(({ faultsOf }) => [
      ...faultsOf.keys(),
    ])
    return due.between(fromMs, toMs, faulty)
  }

  return {
    between(fromMs, toMs) {
      const events: SimulatedEvent[] = [
        ...linksOf(rounds, fromMs, toMs),
        ...(houses.length > 0 ? recordsBetween(houses, { seed, everyS }, fromMs, toMs) : []),
        ...rounds
          .overlapping(fromMs, toMs)
          .flatMap(({ incidents }) => incidents)
          .flatMap(({ events: own }) => own?.(fromMs, toMs) ?? []),
        ...speaking(fromMs, toMs).flatMap((device) => readingsOf(device, rounds, fromMs, toMs)),
        ...shaken.flatMap((device) => waveformsOf(device, rounds, { calmEveryS: calmEveryS!, fromMs, toMs })),
        ...drones.flatMap((drone): SimulatedEvent[] =>
          rounds.shift
            ? patrolEvents(drone, rounds, rounds.shift, { fromMs, toMs })
            : framesOf(drone, rounds, frameEveryMs, { fromMs, toMs }),
        ),
      ]
      return events.sort((a, b) => a.atMs - b.atMs)
    },
    truth(fromMs, toMs) {
      const planned = rounds
        .overlapping(fromMs, toMs)
        .flatMap(({ incidents, faults }) => [...incidents.map(truthOf), ...faults.map(faultTruth)])
      const afloat = drones.flatMap((drone) => floatingTruth(drone, options.world, rounds.shift, { fromMs, toMs }))
      return [...planned, ...afloat]
        .filter(({ startMs }) => fromMs <= startMs && startMs < toMs)
        .sort((a, b) => a.startMs - b.startMs)
    },
  }
}

function truthOf({ truth, effects }: PlannedIncident): Truth {
  return { ...truth, touched: effects.map(({ deviceId, fromMs, toMs }) => ({ deviceId, fromMs, toMs })) }
}

function faultTruth({ truth, cuts }: PlannedFault): Truth {
  return { ...truth, touched: cuts }
}

function linksOf(rounds: Rounds, fromMs: number, toMs: number): LinkEvent[] {
  return rounds
    .overlapping(fromMs - 1, toMs)
    .flatMap(({ incidents, faults }) => [...incidents.flatMap(cutOf), ...faults.flatMap(({ cuts }) => cuts)])
    .flatMap((cut): LinkEvent[] => [
      { kind: 'link', atMs: cut.fromMs, deviceId: cut.deviceId, isUp: false },
      { kind: 'link', atMs: cut.toMs, deviceId: cut.deviceId, isUp: true },
    ])
    .filter(({ atMs }) => fromMs <= atMs && atMs < toMs)
}

function cutOf({ offAir, truth }: PlannedIncident): Cut[] {
  return offAir === undefined ? [] : [{ ...offAir, fromMs: truth.startMs, toMs: truth.endMs }]
}
