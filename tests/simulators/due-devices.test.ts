import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDueDevices } from '../../simulators/due-devices.ts'
import type { SimulatedDevice } from '../../simulators/fleet.ts'
import { beatOf } from '../../simulators/readings-of.ts'

const SEED = 3
const fleet = Array.from(
  { length: 60 },
  (_, i): SimulatedDevice => ({
    ...{ id: `d-${i}`, type: 'thermometer', name: '', place: '', position: { lat: 0, lon: 0 }, format: 'json' },
    reportEveryS: [0.3, 1, 7, 60][i % 4]!,
  }),
)
const due = createDueDevices(fleet, SEED)

test('finds those, and only those, that report in a time, wherever it begins and however long it is', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(70_000), fc.nat(59), (fromMs, lastsMs, named) => {
      const toMs = fromMs + lastsMs
      const reports = (device: SimulatedDevice) => {
        const { everyMs, phaseMs } = beatOf(device, SEED)
        return Math.ceil((fromMs - phaseMs) / everyMs) * everyMs + phaseMs < toMs
      }
      const wanted = fleet.filter((device, i) => i === named || reports(device))
      expect(due.between(fromMs, toMs, [`d-${named}`, 'nobody'])).toEqual(wanted)
    }),
  )
})
