import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppError } from '../../core/errors.ts'
import { parseLocalTime } from '../../simulators/replay/parse-local-time.ts'
import { splitCsvLine } from '../../simulators/replay/split-csv-line.ts'
import { type ReplayOptions, replayCsv } from '../../simulators/replay.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let folder: string
beforeEach(async () => {
  service = await openService()
  service.tokens.set('machine-1', 'secret')
  folder = mkdtempSync(join(tmpdir(), 'huying-replay-'))
})
afterEach(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

function replay(text: string, options: Partial<ReplayOptions> = {}) {
  const file = join(folder, 'series.csv')
  writeFileSync(file, text)
  return replayCsv({
    file,
    device: 'machine-1',
    token: 'secret',
    metric: 'temp_f',
    column: 'value',
    speed: 'max',
    mqttUrl: service.mqttUrl,
    ...options,
  })
}
const sent = () => service.published.map(({ payload }) => JSON.parse(payload.toString()) as { at: string; seq: number })
async function faultOf(running: Promise<unknown>): Promise<[string, string]> {
  const error = (await running.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  )) as AppError
  return [error.code, error.message.replace(folder, '')]
}

/** Five-minute readings on a night when summer time ends: the hour from 2 to 3 stands there twice. */
const NIGHT = ['01:50', '01:55', '02:00', '02:30', '02:55', '02:00', '02:30', '02:55', '03:00']
const NIGHT_CSV = `timestamp,value\n${NIGHT.map((clock, i) => `2014-11-02 ${clock}:00,${70 + i}.5\n`).join('')}`

describe('a replay', () => {
  test('publishes each row with its own time, numbered, in the file’s order', async () => {
    const result = await replay('timestamp,value\r\n2013-12-02 21:15:00,73.96732207\r\n2013-12-02 21:20:00,74.5\r\n')
    expect(service.published.map(({ topic, payload }) => [topic, payload.toString()])).toEqual([
      ['huying/v1/machine-1/readings', '{"at":"2013-12-02T21:15:00.000Z","seq":1,"values":{"temp_f":73.96732207}}'],
      ['huying/v1/machine-1/readings', '{"at":"2013-12-02T21:20:00.000Z","seq":2,"values":{"temp_f":74.5}}'],
    ])
    expect(result).toMatchObject({ sent: 2, acknowledged: 2, moved: 0 })
  })

  test('moves the repeated hour of a clock change by a millisecond, so that no row is lost', async () => {
    const result = await replay(NIGHT_CSV)
    const times = sent().map(({ at }) => at)
    expect(new Set(times).size).toBe(NIGHT.length)
    expect(times.slice(2, 8).map((at) => at.slice(11))).toEqual([
      '02:00:00.000Z',
      '02:30:00.000Z',
      '02:55:00.000Z',
      '02:00:00.001Z',
      '02:30:00.001Z',
      '02:55:00.001Z',
    ])
    expect(result).toMatchObject({ sent: 9, acknowledged: 9, moved: 3 })
  })

  test('reads local times in the zone that it is told', async () => {
    await replay('timestamp,value\n2026-03-01 08:00:00,1\n', { timeZone: '+08:00' })
    expect(sent()[0]!.at).toBe('2026-03-01T00:00:00.000Z')
  })

  test('has no more under way than its window', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${1_700_000_000 + i},${i}\n`).join('')
    const release = service.hold()
    const running = replay(`timestamp,value\n${rows}`, { window: 7 })
    await service.until(() => service.published.length === 7)
    release()
    expect(await running).toMatchObject({ sent: 40, acknowledged: 40 })
  })

  test('goes on after a row, with the same numbers and times as at the first go', async () => {
    await replay(NIGHT_CSV)
    const whole = sent()
    service.published.length = 0
    expect(await replay(NIGHT_CSV, { afterSeq: 6 })).toMatchObject({ sent: 3, moved: 2 })
    expect(sent()).toEqual(whole.slice(6))
  })

  test('survives a broken connection without losing a row', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${1_700_000_000 + i},${i}\n`).join('')
    const running = replay(`timestamp,value\n${rows}`, { window: 5 })
    await service.until(() => service.published.length > 50)
    service.hangUp()
    expect(await running).toMatchObject({ acknowledged: 300 })
    expect(new Set(sent().map(({ seq }) => seq)).size).toBe(300)
  })

  test('tells its progress up to the end', async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `${1_700_000_000 + i},${i}\n`).join('')
    const told: number[] = []
    await replay(`timestamp,value\n${rows}`, { onProgress: ({ acknowledged }) => told.push(acknowledged) })
    expect(told).toEqual([500, 1000, 1200])
  })

  test('keeps the pace of the series, as many times faster as it is told', async () => {
    let nowMs = 0
    const clock = { nowMs: () => nowMs }
    const running = replay('timestamp,value\n1700000000,1\n1700003600,2\n', { speed: 36_000, clock })
    await service.until(() => service.published.length === 1)
    // The second row is due 100 ms after the first; that the clock stands still does not matter to a timer already set.
    nowMs = 100
    expect(await running).toMatchObject({ sent: 2, seconds: 0.1 })
  })

  test('can be stopped while nobody acknowledges, and says where it stands', async () => {
    const abort = new AbortController()
    service.hold()
    const running = replay(NIGHT_CSV, { window: 2, signal: abort.signal })
    const fault = running.catch((thrown: unknown) => thrown)
    await service.until(() => service.published.length === 2)
    abort.abort()
    expect(await fault).toMatchObject({ code: 'stopped', details: { acknowledged: 0 } })
  })
})

describe('a replay is refused', () => {
  test.each([
    ['a column that is not there', 'timestamp,temp\n', {}, '/series.csv has no column "value"; it has timestamp, temp'],
    [
      'a time column that is not there',
      'time,value\n',
      {},
      '/series.csv has no column "timestamp"; it has time, value',
    ],
    ['no number', 'timestamp,value\n2026-03-01 08:00:00,n/a\n', {}, '/series.csv:2: "n/a" is not a number'],
    ['no value', 'timestamp,value\n2026-03-01 08:00:00,\n', {}, '/series.csv:2: "" is not a number'],
    [
      'no time',
      'timestamp,value\n2026-03-01 08:00:00,1\n\n2026-02-30 08:00:00,1\n',
      {},
      '/series.csv:4: "2026-02-30 08:00:00" is not a time such as 2013-12-02 21:15:00',
    ],
    ['a field too many', 'timestamp,value\n1700000000,1,2\n', {}, '/series.csv:2: expected 2 fields, found 3'],
    ['an open quote', 'timestamp,value\n"1700000000,1\n', {}, '/series.csv:2: quotes are not closed'],
    ['an empty file', '', {}, '/series.csv is empty'],
    ['a wrong zone', '', { timeZone: 'Shanghai' }, '"Shanghai" is no zone such as +08:00'],
    ['a speed of nothing', '', { speed: 0 }, 'the speed must be above 0, or max'],
    ['a metric that no message may carry', '', { metric: 'a/b' }, '"a/b" is no metric name'],
  ])('for %s', async (_, text, options, message) => {
    expect(await faultOf(replay(text, options))).toEqual(['bad_request', message])
  })

  test('for a file that is not there', async () => {
    expect((await faultOf(replay('', { file: join(folder, 'no.csv') })))[0]).toBe('not_found')
  })

  test('for a wrong token, and when nobody answers', async () => {
    expect((await faultOf(replay(NIGHT_CSV, { token: 'wrong' })))[0]).toBe('unauthorized')
    expect((await faultOf(replay(NIGHT_CSV, { mqttUrl: 'mqtt://127.0.0.1:9' })))[0]).toBe('overloaded')
  })
})

describe('reading series', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",', ['say "hi"', '']],
    ['', ['']],
    ['a"b,c', null],
    ['"a"b,c', null],
  ])('splits %j', (line, fields) => {
    expect(splitCsvLine(line)).toEqual(fields)
  })

  test.each([
    ['2013-12-02 21:15:00', '+00:00', '2013-12-02T21:15:00.000Z'],
    ['2013-12-02T21:15', '-05:30', '2013-12-03T02:45:00.000Z'],
    ['2013-12-02 9:05:00.25', '+08:00', '2013-12-02T01:05:00.250Z'],
    ['2013-12-02T21:15:00Z', '+08:00', '2013-12-02T21:15:00.000Z'],
    ['1386018900', '+08:00', '2013-12-02T21:15:00.000Z'],
    ['1386018900000', '+08:00', '2013-12-02T21:15:00.000Z'],
  ])('takes %s at %s for %s', (text, zone, iso) => {
    expect(new Date(parseLocalTime(text, zone)).toISOString()).toBe(iso)
  })

  test.each(['', 'noon', '2013-12-02', '02.12.2013 21:15', '2013-12-02 25:00:00'])('takes %j for no time', (text) => {
    expect(parseLocalTime(text, '+00:00')).toBeNaN()
  })
})
