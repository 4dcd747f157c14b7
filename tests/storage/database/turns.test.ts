import { expect, it } from 'vitest'
import { createTurns } from '../../../storage/database/turns.ts'

it('one waiting write comes before all but one of many waiting reads', async () => {
  const turns = createTurns()
  const order: string[] = []
  const take = (lane: 'read' | 'write', name: string) => turns.take(lane, async () => void order.push(name))

  await Promise.all([
    ...Array.from({ length: 5 }, (_, i) => take('read', `r${i}`)),
    take('write', 'w0'),
    take('write', 'w1'),
  ])

  expect(order).toEqual(['r0', 'w0', 'r1', 'w1', 'r2', 'r3', 'r4'])
})

it('a failure leaves the floor to the next', async () => {
  const turns = createTurns()

  const failed = turns.take('write', () => Promise.reject(new Error('no')))
  const next = turns.take('read', async () => 'yes')

  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

it('never lets two have the floor at once', async () => {
  const turns = createTurns()
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
  }

  await Promise.all(Array.from({ length: 20 }, (_, i) => turns.take(i % 3 === 0 ? 'write' : 'read', work)))

  expect(most).toBe(1)
})
