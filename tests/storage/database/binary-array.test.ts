import { describe, expect, it, onTestFinished } from 'vitest'
import * as encode from '../../../storage/database/binary-array.ts'
import { openEngine, testEngines } from './engines.ts'

describe.each(testEngines())('binary parameters to $name', (test) => {
  it('arrive as the values they stand for', async () => {
    const engine = await openEngine(await test.fresh())
    onTestFinished(() => engine.close())
    const texts = ['', 'a', '呼应 "{},\\', null, '🚁', 'x'.repeat(70_000)]
    const floats = [0, 0.1, 5e-324, -1.7976931348623157e308, 1e15 + 0.5, -1]
    const ints = [0, 1, -1, 2_147_483_647, -2_147_483_648, 7]
    const bools = [true, false, true, true, false, false]
    const timesMs = [0, 946_684_800_000, -62_135_596_800_000, 8.64e15, 1_772_323_200_000.125, -1]

    const rows = await engine.read((db) =>
      db.query(
        `select a as text, b as float, c as int, d as bool, (extract(epoch from e) * 1000)::float8 as "atMs"
         from unnest($1::text[], $2::float8[], $3::int4[], $4::bool[], $5::timestamptz[]) as t (a, b, c, d, e)`,
        [
          encode.textArray(texts),
          encode.float8Array(floats),
          encode.int4Array(ints),
          encode.boolArray(bools),
          encode.timestamptzArray(timesMs),
        ],
      ),
    )

    expect(rows).toEqual(
      texts.map((text, i) => ({ text, float: floats[i], int: ints[i], bool: bools[i], atMs: timesMs[i] })),
    )
  })

  it('may be empty, single, null or plain', async () => {
    const engine = await openEngine(await test.fresh())
    onTestFinished(() => engine.close())

    const rows = await engine.read((db) =>
      db.query(
        `select cardinality($1::text[]) as none, (extract(epoch from $2::timestamptz) * 1000)::float8 as "atMs",
           $3::text as missing, $4::int as number, $5::bool as yes, $6::bytea = '\\x00ff'::bytea as same`,
        [encode.textArray([]), encode.timestamptz(1.5), null, 7, true, Buffer.from([0, 255])],
      ),
    )

    expect(rows).toEqual([{ none: 0, atMs: 1.5, missing: null, number: 7, yes: true, same: true }])
  })
})
