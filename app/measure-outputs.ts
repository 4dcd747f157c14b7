import type { Measurement } from '../core/measurement.ts'
import type { OutputState } from '../core/output-desk.ts'

type Row = [kind: Measurement['kind'], name: string, help: string, read: (state: OutputState) => number]

const ROWS: Row[] = [
  ['gauge', 'lag_entries', 'ledger entries that an output is not done with', ({ lag }) => lag],
  ['counter', 'delivered_total', 'events delivered since the start', ({ delivered }) => delivered],
  ['counter', 'retried_total', 'attempts that failed and are made again', ({ retried }) => retried],
  ['counter', 'given_up_total', 'events given up since the start', ({ givenUp }) => givenUp],
  ['gauge', 'dead_letters', 'events on the list of dead letters', ({ deadLetters }) => deadLetters],
  [
    'counter',
    'dead_letters_dropped_total',
    'dead letters that left the full list',
    (state) => state.deadLettersDropped,
  ],
  ['gauge', 'failing', '1 while the last attempt failed', ({ failing }) => (failing ? 1 : 0)],
]

/** What `/metrics` says of the outputs, by name. */
export function measureOutputs(states: OutputState[]): Measurement[] {
  return ROWS.flatMap(([kind, name, help, read]) =>
    states.map((state) => ({
      ...{ kind, help, name: `huying_output_${name}`, value: read(state) },
      labels: { output: state.name },
    })),
  )
}
