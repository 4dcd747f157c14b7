import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { AXES, type Axis, type SampleType, type WaveformHead } from '../../core/vibration.ts'
import { encodeWaveform, parseWaveform, storedSamples } from '../../core/waveform-block.ts'
import { headOf } from '../detectors/vibration/a-waveform.ts'

const HEAD = headOf({ samples: 500 })
const STILL = AXES.map(() => new Float64Array(500))
const GOOD = encodeWaveform(HEAD, STILL)

/** The bytes of a good block with some of them changed and the checksum made to fit again. */
function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(GOOD)
  change(bytes)
  const head = parseWaveform(bytes)
  expect(head).toHaveProperty('fault')
  return bytes
}

function faultOf(bytes: Buffer): string | undefined {
  const found = parseWaveform(bytes)
  return 'fault' in found ? found.fault : undefined
}

const arbitraryBlock = fc
  .record({
    sampleType: fc.constantFrom<SampleType>('int16', 'int32', 'float32'),
    axes: fc.subarray<Axis>([...AXES], { minLength: 1 }),
    quantity: fc.constantFrom('velocity' as const, 'acceleration' as const),
    overrange: fc.boolean(),
    sequence: fc.integer({ min: 0, max: 0xffff_ffff }),
    startUs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    sampleRateHz: fc.double({ min: 50, max: 200, noNaN: true }),
    scale: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
    samples: fc.integer({ min: 200, max: 300 }),
    fullScale: fc.float({ min: 0, max: 1000, noNaN: true }),
  })
  .chain((head: WaveformHead) => {
    const value =
      head.sampleType === 'float32'
        ? fc.float({ noNaN: true, noDefaultInfinity: true })
        : fc.integer(head.sampleType === 'int16' ? { min: -32_768, max: 32_767 } : {})
    const column = fc.array(value, { minLength: head.samples, maxLength: head.samples })
    return fc.tuple(fc.constant(head), fc.array(column, { minLength: head.axes.length, maxLength: head.axes.length }))
  })

describe('a block of raw vibration', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(arbitraryBlock, ([head, columns]) => {
        const bytes = encodeWaveform(head, columns)

        const found = parseWaveform(bytes)

        expect(found).toEqual(head)
        expect(storedSamples(bytes, head).map((column) => [...column])).toEqual(
          columns.map((column) => column.map((value) => (head.sampleType === 'float32' ? value : value + 0))),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('is refused when any single byte of it was changed', () => {
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(GOOD)
        bytes[at]! ^= flip

        expect(parseWaveform(bytes)).toHaveProperty('fault')
      }),
    )
  })

  it('is refused when it was cut or goes on', () => {
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), (length) => {
        expect(parseWaveform(GOOD.subarray(0, length))).toHaveProperty('fault')
        expect(parseWaveform(Buffer.concat([GOOD, GOOD.subarray(0, length + 1)]))).toHaveProperty('fault')
      }),
    )
  })

  it('never throws, whatever the bytes are', () => {
    const anything = fc.uint8Array({ maxLength: 300 })
    const behindGoodHead = anything.map((tail) => Buffer.concat([GOOD.subarray(0, 4), tail]))
    fc.assert(
      fc.property(fc.oneof(anything, behindGoodHead), (bytes) => {
        expect(parseWaveform(Buffer.from(bytes))).toHaveProperty('fault')
      }),
    )
  })

  it.each<[string, (bytes: Buffer) => void, string]>([
    ['does not begin with HYWF', (b) => b.writeUInt32BE(0x48595747, 0), 'does not begin with HYWF'],
    ['is of another version', (b) => b.writeUInt8(2, 4), 'version 2'],
    ['measures something else', (b) => b.writeUInt8(3, 5), 'byte 5'],
    ['has samples of another type', (b) => b.writeUInt8(0, 6), 'byte 6'],
    ['has no axis', (b) => b.writeUInt8(0, 7), 'byte 7'],
    ['has a fourth axis', (b) => b.writeUInt8(15, 7), 'byte 7'],
    ['has a flag that is not known', (b) => b.writeUInt16LE(2, 8), 'bytes 8 and 9'],
    ['has a longer head', (b) => b.writeUInt16LE(56, 10), 'bytes 10 and 11'],
    ['has a time that no number holds', (b) => b.writeBigUInt64LE(2n ** 60n, 16), 'bytes 16 to 23'],
    ['is sampled too slowly', (b) => b.writeDoubleLE(49, 24), 'sample rate'],
    ['has no number for a sample rate', (b) => b.writeDoubleLE(Number.NaN, 24), 'sample rate'],
    ['has no scale', (b) => b.writeDoubleLE(0, 32), 'scale'],
    ['has an infinite scale', (b) => b.writeDoubleLE(Number.POSITIVE_INFINITY, 32), 'scale'],
    ['is longer than a minute', (b) => b.writeUInt32LE(30_001, 40), 'samples'],
    ['is shorter than a second', (b) => b.writeUInt32LE(499, 40), 'samples'],
    ['says another count than it has', (b) => b.writeUInt32LE(501, 40), 'its head says'],
    ['has a negative full scale', (b) => b.writeFloatLE(-1, 44), 'full scale'],
  ])('is refused when it %s', (_, change, fault) => {
    expect(faultOf(changed(change))).toContain(fault)
  })

  it('is refused when a sample is no number', () => {
    const columns = AXES.map(() => new Float64Array(500))
    columns[1]![250] = Number.NaN

    expect(faultOf(encodeWaveform(HEAD, columns))).toBe('a sample is not a finite number')
  })

  it('lies byte by byte where the format says', () => {
    const head: WaveformHead = {
      ...{ quantity: 'acceleration', sampleType: 'int16', axes: ['x', 'z'], overrange: true, sequence: 258 },
      ...{ startUs: 1_795_334_400_000_000, sampleRateHz: 100, scale: 0.5, samples: 100, fullScale: 2 },
    } as WaveformHead
    const bytes = encodeWaveform(head, [new Float64Array(100).fill(1), new Float64Array(100).fill(-1)])

    expect(
      bytes
        .subarray(0, 52)
        .toString('hex')
        .match(/.{1,8}/g),
    ).toEqual([
      '48595746', // HYWF
      '01020105', // version 1, acceleration, int16, x and z
      '01003000', // beyond its range, head of 48 bytes
      '02010000', // sequence 258
      '00402add',
      'd8600600', // µs
      '00000000',
      '00005940', // 100 Hz
      '00000000',
      '0000e03f', // 0.5
      '64000000', // 100 samples an axis
      '00000040', // full scale 2
      '0100ffff', // x, z
    ])
    expect(bytes.length).toBe(48 + 100 * 2 * 2 + 4)
  })

  it('begins as the example of the formats does', () => {
    const [, example = ''] = /`(48595746 [0-9a-f ]+)`/.exec(readFileSync(assetPath('docs/FORMATS.md'), 'utf8')) ?? []
    const head: WaveformHead = {
      ...{ quantity: 'velocity', sampleType: 'int16', axes: [...AXES], overrange: false, sequence: 1 },
      ...{ startUs: 1_795_334_400_000_000, sampleRateHz: 500, scale: 0.001, samples: 2000, fullScale: 30 },
    }

    const bytes = encodeWaveform(
      head,
      AXES.map(() => new Float64Array(2000)),
    )

    expect(example.replaceAll(' ', '')).toBe(bytes.subarray(0, 48).toString('hex'))
  })
})
