import { parentPort, workerData } from 'node:worker_threads'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Signal } from '../../core/signal.ts'
import { createPatrolMap } from '../../detectors/patrol/patrol-map.ts'
import { createBacktest } from '../../detectors/rules/backtest/backtest.ts'
import { createDayOf } from '../../detectors/rules/backtest/day-of.ts'
import { createArrivalMerge } from '../../detectors/rules/backtest/merge-arrivals.ts'
import type { RuleSet } from '../../detectors/rules/rule.ts'
import { formatFaults } from '../../detectors/rules/rule-fault.ts'
import { giveWay } from '../../storage/database/give-way.ts'
import { readMap } from '../read-map.ts'
import { loadRiverPlaces } from '../river-places.ts'
import type { BacktestSettings, FromBacktest, RuleTexts, ToBacktest } from './backtest-messages.ts'
import { rulesOfTexts } from './rules-of-texts.ts'

/** The thread that judges history once more. It asks for page after page and ends with a report. */
giveWay()
const port = parentPort
if (port === null) throw new Error('backtest-worker.ts runs as a worker thread only')
const send = (message: FromBacktest) => port.postMessage(message)

function rulesOf(texts: RuleTexts): RuleSet {
  const result = rulesOfTexts(texts)
  if ('faults' in result) throw new AppError('rules_invalid', formatFaults(result.faults), { faults: result.faults })
  return result.rules
}

function open({ rules, inForce, timeZone, worldFile, ...settings }: BacktestSettings) {
  const riverPlace = worldFile === undefined ? undefined : loadRiverPlaces(worldFile)
  const backtest = createBacktest({
    ...settings,
    rules: rulesOf(rules),
    inForce: inForce === null ? null : rulesOf(inForce),
    dayOf: createDayOf(timeZone),
    ...(worldFile !== undefined && { map: createPatrolMap(readMap(worldFile)) }),
    // Where a drone was registered says nothing of where it saw something.
    placeOf: ({ seenBy, position }: Signal) => (seenBy === undefined ? undefined : position && riverPlace?.(position)),
  })
  return { backtest, merge: createArrivalMerge(backtest.observe) }
}

function guarded(work: () => void): void {
  try {
    work()
  } catch (err) {
    const { code, message, details } = toAppError(err)
    send({ kind: 'failed', code, message, details })
    port?.close()
  }
}

guarded(() => {
  const { backtest, merge } = open(workerData as BacktestSettings)
  const goOn = () => {
    const stream = merge.run()
    if (stream !== null) return send({ kind: 'want', stream })
    send({ kind: 'report', report: backtest.finish() })
    port.close()
  }
  port.on('message', (message: ToBacktest) =>
    guarded(() => {
      if (message.kind === 'readings') merge.readings(message.page)
      else merge.others(message.page, message.isLast)
      goOn()
    }),
  )
  goOn()
})
