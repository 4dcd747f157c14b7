import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDueQueue, type Due } from '../../core/due-queue.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e']

it('gives out what a sorted list would, however dues are put off, brought forward and called off', () => {
  const change = fc.record({
    key: fc.nat(KEYS.length - 1),
    dueMs: fc.oneof(fc.nat(20), fc.constant(Number.POSITIVE_INFINITY)),
    take: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const items: Due[] = KEYS.map((key) => ({
        key,
        dueMs: Number.POSITIVE_INFINITY,
        queuedMs: Number.POSITIVE_INFINITY,
      }))
      const queue = createDueQueue<Due>()
      for (const { key, dueMs, take } of changes) {
        const item = items[key]!
        item.dueMs = dueMs
        queue.schedule(item)
        const [first] = items
          .filter((one) => Number.isFinite(one.dueMs))
          .sort((a, b) => a.dueMs - b.dueMs || (a.key < b.key ? -1 : 1))
        if (first !== undefined) {
          expect(queue.dueBy(first.dueMs - 1)).toBeUndefined()
          expect(queue.dueBy(first.dueMs)?.key).toBe(first.key)
        }
        expect(queue.peek()?.key).toBe(first?.key)
        if (take && first !== undefined) {
          queue.take()
          first.dueMs = Number.POSITIVE_INFINITY
        }
      }
    }),
    { numRuns: 500 },
  )
})
