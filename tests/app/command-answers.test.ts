import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { createJudging } from '../../app/judging.ts'
import { createLedgerWriter } from '../../app/ledger.ts'
import { silentLog } from '../../core/log.ts'
import { createPatrolJudge } from '../../detectors/patrol/patrol-judge.ts'
import { aSignal } from '../alerts/a-signal.ts'
import { aBook } from '../detectors/patrol/a-patrol.ts'
import { engineOf, rulesOf } from '../detectors/rules/play.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

it('a command that says again what is said is answered when that is durable, not before', async () => {
  const ledger = createMemoryJournal({ commit: 'by hand' })
  const book = createAlertBook({ describe: () => ({}) })
  const judging = createJudging({
    ...{ journal: createMemoryJournal(), ledger: createLedgerWriter({ ledger, log: silentLog }), book, log: silentLog },
    judge: createPatrolJudge(aBook(), engineOf(rulesOf('rules: []'), []), () => undefined),
    clock: { nowMs: () => 5000 },
    from: { seq: 0, clockMs: 0 },
    onObservation() {},
    onEvent() {},
  })
  judging.signal([aSignal(1)])
  ledger.commit()
  const alertId = book.open()[0]?.id as string
  const answered: string[] = []
  const ask = (name: string, idempotencyKey: string) =>
    judging.command({ type: 'acknowledge', alertId, idempotencyKey }, 'li').then(() => answered.push(name))

  const all = [ask('first', 'key'), ask('the same key', 'key'), ask('another key', 'another')]
  await new Promise(setImmediate)
  expect(answered).toEqual([])

  ledger.commit()
  await Promise.all(all)
  expect(answered).toEqual(['first', 'the same key', 'another key'])
})
