import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIELD_NAME } from '../../../core/device.ts'
import { isRefusal } from '../../../core/refusal.ts'
import { decodeReadings } from '../../../ingest/codecs/decode-readings.ts'

const ARRIVAL_MS = Date.parse('2026-03-01T08:00:00Z')
const CONTEXT = { deviceId: 'house-7', arrivalMs: ARRIVAL_MS, samplesPerMessage: 200, futureMs: 24 * 3600_000 }

function decode(document: unknown) {
  return decodeReadings(Buffer.from(JSON.stringify(document)), CONTEXT)
}

function decodeText(text: string) {
  return decodeReadings(Buffer.from(text), CONTEXT)
}

describe('plain readings', () => {
  it('carry their time, number and values; booleans become 1 and 0', () => {
    const decoded = decode({ at: '2026-03-01T07:59:30Z', seq: 12, values: { smoke_dbm: 0.12, door: true, lid: false } })

    const atMs = ARRIVAL_MS - 30_000
    expect(decoded).toEqual([
      {
        messageSeq: 12,
        samples: [
          { metric: 'smoke_dbm', atMs, value: 0.12 },
          { metric: 'door', atMs, value: 1 },
          { metric: 'lid', atMs, value: 0 },
        ],
      },
    ])
  })

  it.each([
    ['epoch milliseconds', 1_772_352_000_000, 1_772_352_000_000],
    ['ISO with an offset', '2026-03-01T15:00:00.5+08:00', ARRIVAL_MS - 3_600_000 + 500],
    ['nothing, which means the arrival', undefined, ARRIVAL_MS],
    ['a little ahead of the arrival', ARRIVAL_MS + 3600_000, ARRIVAL_MS + 3600_000],
  ])('take their time from %s', (_, at, atMs) => {
    expect(decode({ at, values: { t: 1 } })).toEqual([{ messageSeq: null, samples: [{ metric: 't', atMs, value: 1 }] }])
  })

  it('of a back-fill batch become one message unless they are numbered', () => {
    const at = (s: number) => ARRIVAL_MS - s * 1000
    const unnumbered = decode([
      { at: at(20), values: { t: 1 } },
      { at: at(10), values: { t: 2 } },
    ])
    const numbered = decode([
      { at: at(20), seq: 1, values: { t: 1 } },
      { at: at(10), seq: 2, values: { t: 2 } },
    ])

    expect(unnumbered).toEqual([
      {
        messageSeq: null,
        samples: [
          { metric: 't', atMs: at(20), value: 1 },
          { metric: 't', atMs: at(10), value: 2 },
        ],
      },
    ])
    expect(numbered).toMatchObject([{ messageSeq: 1 }, { messageSeq: 2 }])
  })

  it.each([
    ['no object', 7, 'bad_payload', 'message expected an object with "values"'],
    ['no values', { at: ARRIVAL_MS }, 'bad_payload', 'values: expected an object of metrics'],
    ['empty values', { values: {} }, 'bad_payload', 'values: expected at least one metric'],
    ['text as a value', { values: { t: '1' } }, 'bad_payload', 'values.t: expected a finite number or a boolean'],
    ['a nested value', { values: { t: { v: 1 } } }, 'bad_payload', 'values.t: expected a finite number or a boolean'],
    [
      'a bad metric name',
      { values: { 'a b': 1 } },
      'bad_payload',
      `values."a b": a metric name must match ${FIELD_NAME.source}`,
    ],
    ['a misspelt field', { time: 1, values: { t: 1 } }, 'bad_payload', '"time": unknown field'],
    ['a negative seq', { seq: -1, values: { t: 1 } }, 'bad_payload', 'seq: expected a whole number from 0 to 2^53'],
    [
      'a seq too large',
      { seq: 2 ** 53, values: { t: 1 } },
      'bad_payload',
      'seq: expected a whole number from 0 to 2^53',
    ],
    [
      'a time without zone',
      { at: '2026-03-01T08:00:00', values: { t: 1 } },
      'bad_payload',
      'at: expected ISO 8601 with a zone, as 2026-03-01T08:00:00Z',
    ],
    [
      'an impossible date',
      { at: '2026-13-01T08:00:00Z', values: { t: 1 } },
      'bad_payload',
      'at: expected ISO 8601 with a zone, as 2026-03-01T08:00:00Z',
    ],
    [
      'seconds for ms',
      { at: 1_772_352_000, values: { t: 1 } },
      'time_out_of_range',
      'at: before the year 2000; epoch milliseconds are expected',
    ],
    [
      'a day ahead',
      { at: ARRIVAL_MS + 86_400_001, values: { t: 1 } },
      'time_out_of_range',
      'at: more than 24 h ahead of its arrival',
    ],
    [
      'one bad object in a batch',
      [{ values: { t: 1 } }, { values: { t: null } }],
      'bad_payload',
      'batch[1].values.t: expected a finite number or a boolean',
    ],
    ['an empty batch', [], 'bad_payload', 'the batch is empty'],
    [
      'a contradiction',
      [
        { at: ARRIVAL_MS, values: { t: 1 } },
        { at: ARRIVAL_MS, values: { t: 2 } },
      ],
      'bad_payload',
      't: two different values for the same time',
    ],
  ])('with %s are refused, naming the field', (_, document, refused, detail) => {
    expect(decode(document)).toEqual({ refused, detail })
  })

  it('said twice are one', () => {
    const item = { at: ARRIVAL_MS, values: { t: 1 } }
    expect(decode([item, item])).toEqual([{ messageSeq: null, samples: [{ metric: 't', atMs: ARRIVAL_MS, value: 1 }] }])
  })

  it('of more than 200 samples are too large', () => {
    const batch = Array.from({ length: 201 }, (_, i) => ({ at: ARRIVAL_MS - i, values: { t: i } }))
    expect(decode(batch.slice(0, 200))).toMatchObject([{ samples: { length: 200 } }])
    expect(decode(batch)).toEqual({ refused: 'too_large', detail: 'more than 200 samples' })
  })
})

describe('a payload that is no text of ours', () => {
  it.each([
    ['empty', Buffer.alloc(0), 'the payload is empty'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'the payload is not UTF-8'],
    ['not JSON', Buffer.from('{"values":'), 'the payload is not JSON'],
    [
      'a number too large for JSON',
      Buffer.from('{"values":{"t":1e999}}'),
      'values.t: expected a finite number or a boolean',
    ],
    ['200,000 brackets deep', Buffer.from('['.repeat(200_000)), 'the payload is not JSON'],
    [
      'closed 100,000 brackets deep',
      Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      'batch[0].expected an object with "values"',
    ],
  ])('is refused when %s', (_, payload, detail) => {
    expect(decodeReadings(payload, CONTEXT)).toEqual({ refused: 'bad_payload', detail })
  })
})

describe('SenML', () => {
  const S = ARRIVAL_MS / 1000

  it('resolves base fields, keeps them until replaced, and takes the metric out of a device name', () => {
    const decoded = decode([
      { bn: 'urn:dev:ow:10e2073a01080063:', bt: S - 100, bu: 'Cel', n: 'temp', v: 23.1 },
      { n: 'temp', t: 10, v: 23.6 },
      { bn: 'house-7/', n: 'open', u: '/', t: 20, vb: true },
      { bt: S, bv: 100, n: 'level', v: 2 },
    ])

    expect(decoded).toEqual([
      {
        messageSeq: null,
        samples: [
          { metric: 'temp', atMs: ARRIVAL_MS - 100_000, value: 23.1 },
          { metric: 'temp', atMs: ARRIVAL_MS - 90_000, value: 23.6 },
          { metric: 'open', atMs: ARRIVAL_MS - 80_000, value: 1 },
          { metric: 'level', atMs: ARRIVAL_MS, value: 102 },
        ],
      },
    ])
  })

  it.each([
    ['relative below 2^28: -5 s', { n: 't', t: -5, v: 1 }, ARRIVAL_MS - 5000],
    ['relative when absent', { n: 't', v: 1 }, ARRIVAL_MS],
    ['absolute from 2^28', { n: 't', t: 1_000_000_000.25, v: 1 }, 1_000_000_000_250],
  ])('reads a time as %s', (_, record, atMs) => {
    expect(decode([record])).toEqual([{ messageSeq: null, samples: [{ metric: 't', atMs, value: 1 }] }])
  })

  it.each([
    ['urn:dev:mac:0024befffe804ff1_humidity', 'humidity'],
    ['urn:dev:ow:10e2073a01080063:room:temp', 'temp'],
    ['house-7:temp', 'temp'],
    ['house-7_temp', 'temp'],
    ['house-77', 'house-77'],
    ['temp', 'temp'],
  ])('finds the metric in %s', (n, metric) => {
    expect(decode([{ n, v: 1 }])).toMatchObject([{ samples: [{ metric }] }])
  })

  it('stores a sum as a metric of its own', () => {
    expect(decode([{ bs: 10, n: 'energy', u: 'W', v: 5, s: 2 }])).toMatchObject([
      {
        samples: [
          { metric: 'energy', value: 5 },
          { metric: 'energy.sum', value: 12 },
        ],
      },
    ])
  })

  it('lets a record hold base fields only', () => {
    expect(
      decode([
        { bn: 'house-7/', bt: S },
        { n: 't', v: 1 },
      ]),
    ).toMatchObject([{ samples: [{ metric: 't', atMs: ARRIVAL_MS, value: 1 }] }])
  })

  it('ignores fields that need not be understood', () => {
    expect(decode([{ n: 't', v: 1, 'x-vendor': 5 }])).toMatchObject([{ samples: [{ metric: 't' }] }])
  })

  it.each([
    [
      'a field that must be understood',
      [{ n: 't', v: 1, secret_: 5 }],
      'record 1: "secret_": this field must be understood, and is not',
    ],
    [
      'text',
      [
        { n: 't', v: 1 },
        { n: 'note', vs: 'x' },
      ],
      'record 2: vs: text values cannot be stored as readings',
    ],
    ['data', [{ n: 't', vd: 'AA' }], 'record 1: vd: data values cannot be stored as readings'],
    ['two values', [{ n: 't', v: 1, vb: true }], 'record 1: more than one value'],
    ['no value', [{ n: 't' }], 'record 1: no value'],
    ['no name', [{ v: 1 }], `record 1: its name is no metric name (${FIELD_NAME.source})`],
    [
      'a foreign name',
      [{ n: 'other/house:temp', v: 1 }],
      `record 1: its name is no metric name (${FIELD_NAME.source})`,
    ],
    ['text as a number', [{ n: 't', v: '1' }], 'record 1: v: expected a finite number'],
    ['a newer version', [{ bver: 11, n: 't', v: 1 }], 'record 1: bver: only versions up to 10'],
    [
      'a value that overflows',
      [{ bv: 1.7e308, n: 't', v: 1.7e308 }],
      'record 1: the resolved value is not finite, or its name too long',
    ],
    ['base fields only', [{ bn: 'x' }], 'the pack holds no values'],
    ['a record that is no object', [{ n: 't', v: 1 }, 4], 'record 2: expected an object'],
  ])('refuses %s', (_, pack, detail) => {
    expect(decode(pack)).toEqual({ refused: 'bad_payload', detail })
  })
})

describe('any bytes at all', () => {
  it('are decoded or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeReadings(Buffer.from(bytes), CONTEXT)).toBeTruthy()
      }),
      { numRuns: 500 },
    )
  })

  it('that are JSON give only what may be stored', () => {
    const field = fc.constantFrom('at', 'seq', 'values', 'n', 'bn', 'v', 'vb', 's', 'bt', 't', 'bv', 'bs', 'x_')
    const value = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.dictionary(fc.string(), fc.double()),
    )
    const item = fc.dictionary(field, value)
    fc.assert(
      fc.property(fc.oneof(item, fc.array(item), fc.jsonValue()), (document) => {
        const decoded = decodeText(JSON.stringify(document))
        if (isRefusal(decoded)) return
        expect(decoded.length).toBeGreaterThan(0)
        for (const { messageSeq, samples } of decoded) {
          expect(messageSeq === null || (Number.isSafeInteger(messageSeq) && messageSeq >= 0)).toBe(true)
          for (const { metric, atMs, value: stored } of samples) {
            expect(metric).toMatch(FIELD_NAME)
            expect(Number.isSafeInteger(atMs) && atMs >= 946_684_800_000).toBe(true)
            expect(Number.isFinite(stored)).toBe(true)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('that a device may send come back as they were', () => {
    const values = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      { minKeys: 1, maxKeys: 20 },
    )
    fc.assert(
      fc.property(values, fc.nat(), (sent, seq) => {
        const decoded = decode({ at: ARRIVAL_MS, seq, values: sent })
        if (isRefusal(decoded)) throw new Error(decoded.detail)
        const got = Object.fromEntries((decoded[0]?.samples ?? []).map(({ metric, value }) => [metric, value]))
        expect(decoded[0]?.messageSeq).toBe(seq)
        expect(JSON.stringify(got)).toBe(JSON.stringify(sent))
      }),
    )
  })
})
