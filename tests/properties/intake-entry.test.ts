import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DEVICE_ID, FIELD_NAME } from '../../core/device.ts'
import { decodeObservation, encodeArrival } from '../../core/intake-entry.ts'
import type { Arrival, Readings } from '../../core/observation.ts'

const name = fc.stringMatching(FIELD_NAME)
const timeMs = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)
const sample = fc.record({ metric: name, atMs: timeMs, value })

it('gives back the same readings, of one time or of many, to the last bit', () => {
  const readings: fc.Arbitrary<Readings> = fc.record({
    kind: fc.constant('readings' as const),
    deviceId: fc.stringMatching(DEVICE_ID),
    messageSeq: fc.option(fc.maxSafeNat()),
    samples: fc.oneof(
      fc.array(sample),
      fc.tuple(timeMs, fc.array(sample)).map(([atMs, samples]) => samples.map((one) => ({ ...one, atMs }))),
    ),
  })
  fc.assert(
    fc.property(readings, timeMs, fc.maxSafeNat(), (arrival, arrivalMs, seq) => {
      expect(decodeObservation(seq, Buffer.from(encodeArrival(arrival, arrivalMs)))).toEqual({
        ...arrival,
        arrivalMs,
        seq,
      })
    }),
  )
})

it('gives back a record with any text in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.jsonValue(), (address, content) => {
      const arrival: Arrival = {
        kind: 'record',
        deviceId: 'clerk',
        recordId: 'r1',
        recordType: 'lease.signed',
        atMs: 1,
        address,
        body: { content },
      }
      const expected: unknown = JSON.parse(JSON.stringify({ ...arrival, arrivalMs: 2, seq: 3 }))
      expect(decodeObservation(3, Buffer.from(encodeArrival(arrival, 2)))).toEqual(expected)
    }),
  )
})
