// The rule kind `deviation` on the labelled series, as a line of the benches; `npm run bench:anomaly` prints each series.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { judgeSeries } from './anomaly/judge-series.mjs'
import { DATA, loadSeries } from './anomaly/series.mjs'
import { notMeasured, row } from './rows.mjs'

const AIM = 60

export async function bench() {
  if (!existsSync(join(DATA, 'windows.json'))) return [notMeasured('labelled series', `no labelled series in ${DATA}`)]
  const { scored, total, leftOut, microseconds } = judgeSeries(loadSeries(DATA))
  const note = `${scored.length} series, ${total.hits} of ${total.windows} windows, ${total.falseAlarms} false alarms`
  const unit = 'of 100'
  return [
    row({
      name: 'labelled series, rule `deviation` as shipped',
      note,
      unit,
      values: [total.of100],
      peer: 'aim',
      peerValues: [AIM],
      atLeast: 1,
    }),
    row({ name: 'labelled series, each folder with the threshold best for the others', unit, values: [leftOut.of100] }),
    row({ name: 'rule `deviation`, through the engine', unit: 'µs/sample', values: [microseconds] }),
  ]
}
