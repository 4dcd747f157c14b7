import type { Measurement } from '../../core/measurement.ts'
import type { SuspicionState } from '../../core/suspicion.ts'
import type { FusionState } from './fusion-state.ts'

/** How much is thought of and remembered, for `/metrics`. */
export function measureFusion({ devices, houses, finds, lateSamples, turnedAway }: FusionState): Measurement[] {
  const gauge = (name: string, help: string, value: number): Measurement => ({ name, help, kind: 'gauge', value })
  const counter = (name: string, help: string, value: number): Measurement => ({ name, help, kind: 'counter', value })
  const inState = (wanted: SuspicionState) => [...houses.values()].filter(({ state }) => state === wanted).length
  return [
    ...(['watched', 'likely', 'approved', 'confirmed'] as const).map(
      (one): Measurement => ({
        ...gauge('huying_suspicions', 'Houses by what is thought of works in them.', inState(one)),
        labels: { state: one },
      }),
    ),
    gauge('huying_suspicion_devices', 'Devices in houses whose readings are weighed.', devices.size),
    gauge('huying_suspicion_finds', 'Finds of patrols beside houses that are remembered.', finds.size),
    counter(
      'huying_suspicion_late_samples_total',
      'Readings that came too long after their day to be weighed.',
      lateSamples,
    ),
    counter('huying_suspicion_devices_refused_total', 'Messages of devices for which there was no room.', turnedAway),
  ]
}
