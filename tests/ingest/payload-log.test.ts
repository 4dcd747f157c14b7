import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refuse } from '../../core/refusal.ts'
import { createPayloadLog } from '../../ingest/payload-log.ts'

const admitted = (atMs: number, text: string) =>
  ({ atMs, channel: 'readings', payload: Buffer.from(text), refusal: null }) as const
const refused = (atMs: number, text: string) => ({ ...admitted(atMs, text), refusal: refuse('bad_payload', 'why') })
const textOf = ({ head }: { head: Uint8Array }) => Buffer.from(head).toString()

describe('the payload log', () => {
  it('gives what a device said, newest first, with what was refused among it', () => {
    const log = createPayloadLog()
    log.note('a', admitted(1, 'one'))
    log.note('b', admitted(2, 'of another'))
    log.note('a', refused(3, 'garbage'))
    log.note('a', admitted(4, 'two'))
    expect(log.newest('a', 50).map((one) => [textOf(one), one.refusal?.refused ?? null])).toEqual([
      ['two', null],
      ['garbage', 'bad_payload'],
      ['one', null],
    ])
    expect(log.newest('a', 1)).toHaveLength(1)
    expect(log.newest('nobody', 50)).toEqual([])
  })

  it('keeps the beginning of a long payload and says how long it was, and of a picture next to nothing', () => {
    const log = createPayloadLog()
    log.note('a', admitted(1, 'x'.repeat(5_000)))
    log.note('a', { ...admitted(2, 'j'.repeat(5_000)), channel: 'frames' })
    expect(log.newest('a', 2).map(({ bytes, head }) => [bytes, head.length])).toEqual([
      [5_000, 16],
      [5_000, 1_024],
    ])
  })

  it('forgets the refusals of the device that was refused longest ago, and not those of one that still is', () => {
    const log = createPayloadLog()
    log.note('first', refused(1, 'x'))
    log.note('faithful', refused(2, 'x'))
    for (let one = 0; one < 600; one++) {
      log.note(`d${one}`, refused(3 + one, 'x'))
      log.note('faithful', refused(3 + one, 'x'))
    }
    expect(log.newest('first', 50)).toEqual([])
    expect(log.newest('faithful', 50)).toHaveLength(20)
  })

  it('never gives back anything but what was said last, in a room as small as you like', () => {
    const said = fc.array(fc.record({ device: fc.constantFrom('a', 'b', 'c'), text: fc.string({ maxLength: 20 }) }))
    fc.assert(
      fc.property(said, (messages) => {
        const log = createPayloadLog({ ringBytes: 97, entries: 7 })
        for (const [atMs, { device, text }] of messages.entries()) log.note(device, admitted(atMs, text))
        for (const device of ['a', 'b', 'c']) {
          const all = messages.filter((one) => one.device === device).map(({ text }) => text)
          const kept = log.newest(device, 50).map(textOf)
          expect(kept).toEqual(all.reverse().slice(0, kept.length))
        }
        const last = messages.at(-1)
        if (last) expect(textOf(log.newest(last.device, 1)[0]!)).toBe(last.text)
      }),
    )
  })
})
