import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moveTimes } from '../../simulators/recording/move-times.ts'
import { entryLine, headLine, parseRecording, type RecordedEntry } from '../../simulators/recording/recording.ts'

const START_MS = Date.UTC(2026, 10, 22, 8)
const textOf = (entries: RecordedEntry[]) => [headLine(START_MS), ...entries.map(entryLine), ''].join('\n')

describe('a recording', () => {
  const login = { clientId: 'smoke-1', user: 'smoke-1', keepaliveS: 60, clean: true }
  const message = fc.record({
    topic: fc.constant('huying/v1/smoke-1/readings'),
    qos: fc.constantFrom(0 as const, 1 as const),
    dup: fc.boolean(),
    retain: fc.boolean(),
    id: fc.nat(65_535),
    payload: fc
      .oneof(
        fc.uint8Array(),
        fc.string().map((text) => Buffer.from(text)),
      )
      .map((bytes) => Buffer.from(bytes)),
  })

  it('is read as it was written, text or bytes', () => {
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const entries: RecordedEntry[] = [
          { ms: 0, connection: 1, kind: 'connect', login },
          ...messages.map((one, i): RecordedEntry => ({ ms: i, connection: 1, kind: 'message', message: one })),
          { ms: 99, connection: 1, kind: 'closed', goodbye: false },
        ]
        expect(parseRecording(textOf(entries))).toEqual({ startedMs: START_MS, entries })
      }),
    )
  })

  it('that was cut off loses only its last line', () => {
    const text = textOf([{ ms: 0, connection: 1, kind: 'connect', login }])
    expect(parseRecording(`${text}{"ms": 5, "kind": "mess`).entries).toHaveLength(1)
  })

  it.each([
    ['another file', 'timestamp,value\n', /line 1/],
    [
      'a later version',
      '{"format": "huying-recording", "version": 9, "startedAt": "2026-11-22T08:00:00Z"}\n',
      /version 1/,
    ],
    ['a line that says nothing', `${headLine(START_MS)}\n{}\n`, /line 2: expected kind/],
    [
      'a message without payload',
      `${headLine(START_MS)}\n{"kind":"message","ms":1,"connection":1,"message":{"topic":"a"}}\n`,
      /line 2: .*payload/,
    ],
  ])('%s is refused with the line', (_what, text, message) => {
    expect(() => parseRecording(text)).toThrow(message)
  })
})

describe('times as if it were now', () => {
  const hourLater = (atMs: number) => atMs + 3_600_000
  const move = (document: unknown) => JSON.parse(moveTimes(Buffer.from(JSON.stringify(document)), hourLater).toString())

  it('move where a reading names them, in ISO, epoch or SenML', () => {
    const values = { smoke_dbm: 0.1 }
    expect(move({ at: '2026-11-22T16:00:00+08:00', seq: 3, values })).toEqual({
      at: '2026-11-22T09:00:00.000Z',
      seq: 3,
      values,
    })
    expect(move([{ at: START_MS, values }])).toEqual([{ at: START_MS + 3_600_000, values }])
    expect(move([{ bn: 'h-', bt: START_MS / 1000, n: 't', v: 1, t: -5 }])).toEqual([
      { bn: 'h-', bt: START_MS / 1000 + 3_600, n: 't', v: 1, t: -5 },
    ])
  })

  it.each(['not json', '{"values": {"leak": 1}}', '3', '{"at": "yesterday", "values": {}}'])(
    'leave %s alone',
    (text) => {
      expect(JSON.parse(JSON.stringify(moveTimes(Buffer.from(text), hourLater).toString()))).toBe(
        text.includes('{') ? JSON.stringify(JSON.parse(text)) : text,
      )
    },
  )
})
