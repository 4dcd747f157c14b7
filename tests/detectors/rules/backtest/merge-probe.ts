import type { Arrived, ArrivedReadings } from '../../../../core/arrival-history.ts'
import type { Observation } from '../../../../core/observation.ts'
import { createArrivalMerge } from '../../../../detectors/rules/backtest/merge-arrivals.ts'

interface Row {
  device: string
  metric: string
  atMs: number
  value: number
  messageSeq: number
  arrivalMs: number
}

/** Takes a journal apart into the pages that a database would give, and puts it together again. */
export function createMergeProbe(
  journal: Observation[],
  { readingsPerPage, othersPerPage }: { readingsPerPage: number; othersPerPage: number },
): Observation[] {
  const rows = journal.flatMap(toRows).sort(compare)
  const others = journal.filter(({ kind }) => kind !== 'readings').map(({ seq: _, ...arrived }) => arrived as Arrived)
  const again: Observation[] = []
  const merge = createArrivalMerge((observation) => again.push(observation))
  let row = 0
  let other = 0
  for (let want = merge.run(); want !== null; want = merge.run()) {
    if (want === 'readings') {
      const page = rows.slice(row, row + readingsPerPage)
      row += page.length
      merge.readings(toPage(page, row < rows.length))
    } else {
      const page = others.slice(other, other + othersPerPage)
      other += page.length
      merge.others(page, other >= others.length)
    }
  }
  return again
}

function toRows(observation: Observation): Row[] {
  if (observation.kind !== 'readings') return []
  const { deviceId: device, messageSeq, arrivalMs, samples } = observation
  return samples.map((sample) => ({ ...sample, device, messageSeq: messageSeq ?? -1, arrivalMs }))
}

/** As the database sorts them. */
function compare(a: Row, b: Row): number {
  const texts = a.device === b.device ? [a.metric, b.metric] : [a.device, b.device]
  return (
    a.arrivalMs - b.arrivalMs ||
    (texts[0]! < texts[1]! ? -1 : texts[0]! > texts[1]! ? 1 : 0) ||
    a.atMs - b.atMs ||
    a.value - b.value ||
    a.messageSeq - b.messageSeq
  )
}

export function toPage(rows: Row[], hasMore: boolean): ArrivedReadings {
  const names = [...new Set(rows.flatMap(({ device, metric }) => [device, metric]))]
  const column = (figure: (row: Row) => number) => Float64Array.from(rows, figure)
  return {
    names,
    device: Uint32Array.from(rows, ({ device }) => names.indexOf(device)),
    metric: Uint32Array.from(rows, ({ metric }) => names.indexOf(metric)),
    atMs: column(({ atMs }) => atMs),
    value: column(({ value }) => value),
    messageSeq: column(({ messageSeq }) => messageSeq),
    arrivalMs: column(({ arrivalMs }) => arrivalMs),
    ...(hasMore && { nextCursor: 'next' }),
  }
}
