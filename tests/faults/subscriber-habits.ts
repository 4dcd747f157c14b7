import { type AlertEvent, isAlertEvent, type LedgerEntry } from '../../core/ledger-entry.ts'
import { deviceNames, RULES } from './device-fleet.ts'

/** How a subscriber behaves while there are faults. */
export interface Habits {
  name: string
  /** It does not tell its name and keeps its place itself. */
  anonymous?: true
  filter?: object
  /** What the filter means. */
  wants(event: AlertEvent): boolean
  /** `each`: every few events; `late`: hundreds behind; `shuffled`: older ones after newer ones. */
  acks: 'each' | 'late' | 'shuffled' | 'never'
  /** Its own client reconnects by itself; the others speak the protocol bare. */
  client?: true
  /** Goes without a word after this time, ms. Absent: stays. */
  livesMs?: [from: number, to: number]
  /** Stops reading now and then, for this time, ms. */
  stallsMs?: [from: number, to: number]
  /** Comes back twice at once. */
  twins?: true
  /** Says things that make no sense. */
  rubbish?: true
}

const pushed = (event: AlertEvent) => event.push !== false
const firstDevice = deviceNames(1)[0] as string
const firstRule = RULES[0]

export const HABITS: Habits[] = [
  { name: 'steady', client: true, acks: 'each', wants: pushed },
  { name: 'sees-all', client: true, acks: 'late', filter: { quiet: 'include' }, wants: () => true },
  {
    name: 'fire-brigade',
    client: true,
    acks: 'each',
    filter: { category: ['fire', 'gas'], minSeverity: 'major' },
    wants: (event) => pushed(event) && event.alert.category === 'fire',
  },
  { name: 'dies', acks: 'each', livesMs: [100, 3000], wants: pushed },
  { name: 'dies-lazily', acks: 'late', livesMs: [100, 3000], wants: pushed },
  { name: 'stalls', acks: 'shuffled', stallsMs: [300, 4000], livesMs: [3000, 9000], wants: pushed },
  { name: 'twice', acks: 'each', twins: true, livesMs: [500, 4000], wants: pushed },
  {
    name: 'twice-stalling',
    acks: 'shuffled',
    twins: true,
    stallsMs: [300, 2000],
    livesMs: [500, 4000],
    filter: { type: ['alert.raised', 'alert.cleared'] },
    wants: (event) => pushed(event) && (event.type === 'alert.raised' || event.type === 'alert.cleared'),
  },
  {
    name: 'babbles',
    acks: 'shuffled',
    rubbish: true,
    livesMs: [1000, 5000],
    filter: { device: firstDevice },
    wants: (event) => pushed(event) && event.alert.subject.device === firstDevice,
  },
  {
    name: 'never-acknowledges',
    acks: 'never',
    filter: { rule: firstRule.id },
    wants: (event) => pushed(event) && event.alert.rule === firstRule.id,
  },
  { name: 'nameless', anonymous: true, acks: 'never', livesMs: [300, 5000], wants: pushed },
]

/** The habit's word on any entry of the ledger. */
export function wantsEntry({ wants }: Habits): (entry: LedgerEntry) => boolean {
  return (entry) => isAlertEvent(entry) && wants(entry)
}
