import { expect, it } from 'vitest'
import { createLogTail } from '../../app/log-tail.ts'
import { silentLog } from '../../core/log.ts'

const clock = { nowMs: () => 5 }

it('keeps the newest lines of each level, so that many small ones do not push out a grave one', () => {
  const { log, tail } = createLogTail(silentLog, clock)
  log.error({ err: new Error('boom') }, 'broke')
  for (let line = 0; line < 1_000; line++) log.info({ line }, 'fine')
  log.warn({ deviceId: 'd1' }, 'odd')
  log.debug({}, 'never kept')
  expect(tail.lines({ level: 'warn', limit: 10 }).map(({ message, facts }) => [message, facts])).toEqual([
    ['odd', { deviceId: 'd1' }],
    ['broke', { err: 'internal: boom' }],
  ])
  expect(tail.lines({ level: 'info', limit: 500 })).toHaveLength(202)
  expect(tail.lines({ level: 'info', limit: 500, device: 'd1' })).toHaveLength(1)
})

it('shortens what is long', () => {
  const { log, tail } = createLogTail(silentLog, clock)
  log.warn({ text: 'x'.repeat(10_000), deep: { list: [1, 2] } }, 'long')
  const [line] = tail.lines({ level: 'warn', limit: 1 })
  expect(String(line?.facts.text)).toHaveLength(401)
  expect(line?.facts.deep).toBe('{"list":[1,2]}')
})
