import type { Testimony } from './testimony.ts'

/** What a run was and what it found. */
export interface FaultReport {
  seed: number
  durationMs: number
  alerts: number
  kills: { running: number; starting: number; stopping: number }
  slowestStopMs: number
  database: { times: number; longestMs: number } | null
  messages: number
  repeatedCommands: number
  longestGapMs: Map<string, number>
  testimony: Testimony
  faults: string[]
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** The report in lines that people read. */
export function printReport(report: FaultReport): string {
  const { seed, durationMs, alerts, kills, database, messages, repeatedCommands, testimony, faults } = report
  const { ledger, commands, subscribers } = testimony
  return [
    `fault run, seed ${seed}, ${seconds(durationMs)}`,
    `  service    killed ${kills.running + kills.starting + kills.stopping} times: ${kills.running} running, ${kills.starting} starting, ${kills.stopping} stopping; slowest stop ${seconds(report.slowestStopMs)}`,
    database
      ? `  database   away ${database.times} times, at most ${seconds(database.longestMs)}`
      : '  database   embedded, killed with the service',
    `  devices    ${messages} messages acknowledged, ${alerts} alerts`,
    `  people     ${commands.length} commands, asked again ${repeatedCommands} times`,
    `  ledger     ${ledger.records.length} records, ${ledger.records.filter(({ says }) => says).length} of them chained`,
    '  subscriber           connections   events   came again   longest gap',
    ...subscribers.map(({ name, connections, deliveries }) => {
      const distinct = new Set(deliveries.map(({ cursor }) => cursor)).size
      const gap = seconds(report.longestGapMs.get(name) ?? 0)
      return `  ${name.padEnd(20)} ${String(connections.length).padStart(11)} ${String(distinct).padStart(8)} ${String(deliveries.length - distinct).padStart(12)} ${gap.padStart(13)}`
    }),
    faults.length === 0 ? '  no fault found' : `  ${faults.length} FAULTS (repeat with --seed ${seed}):`,
    ...faults.slice(0, 40).map((fault) => `    ${fault}`),
  ].join('\n')
}
