import type { Sample } from '../../../core/observation.ts'
import { DAY_MS, HOUR_MS, YEAR_FROM_MS, YEAR_TO_MS } from './calendar.ts'
import { createDice, type Dice } from './dice.ts'
import type { Lane, LaneSensor } from './lane.ts'
import type { Story } from './story.ts'

/**
 * `stuck`: says the same again and again. `spikes`: the ends of its range now and then. `hum`: its own electronics look like
 * drilling around the clock. `fouled`: dust on its optics. `lost`: says nothing and remembers nothing. `held`: cannot send,
 * and sends all of it later. `clock`: dates what it says wrongly by hours.
 */
const KINDS = ['stuck', 'spikes', 'hum', 'fouled', 'lost', 'held', 'clock'] as const
type FaultKind = (typeof KINDS)[number]

export interface SensorFault {
  kind: FaultKind
  device: string
  fromMs: number
  toMs: number
  /** Of a wrong clock. */
  offsetMs: number
}

/** Faults per device and year, and how long they last, days. */
const FAULTS: Record<FaultKind, { perYear: number; days: [number, number]; of?: LaneSensor['type'] }> = {
  stuck: { perYear: 0.05, days: [1, 10] },
  spikes: { perYear: 0.1, days: [0.5, 4] },
  hum: { perYear: 0.08, days: [2, 25], of: 'vibration-sensor' },
  fouled: { perYear: 0.1, days: [10, 40], of: 'dust-sensor' },
  lost: { perYear: 0.2, days: [0.2, 8] },
  held: { perYear: 0.3, days: [0.1, 4] },
  clock: { perYear: 0.05, days: [3, 30] },
}
/** All of a lane's devices are held when its gateway is down. */
const GATEWAY = { perYear: 0.4, days: [0.1, 2] as [number, number] }
const LARGEST: Record<string, number> = { ppv_mm_s: 40, noise_db: 130, pm10_ug_m3: 9999, power_kw: 60, door_count: 999 }

export function planFaults({ seed, houses }: Lane, stories: Story[]): SensorFault[] {
  const faults: SensorFault[] = []
  for (const { index, sensors } of houses)
    for (const { id: device, type } of sensors) {
      const dice = createDice(seed, 'faults', device)
      for (const kind of KINDS) {
        const { perYear, days, of } = FAULTS[kind]
        for (let times = of === undefined || of === type ? dice.count(perYear) : 0; times > 0; times--) {
          const fault = { kind, device, ...when(days, dice), offsetMs: Math.round(dice.between(-9, 9) * HOUR_MS) }
          faults.push(fault)
          const { fromMs, toMs } = fault
          const id = `${kind}-${device}-${faults.length}`
          stories.push({ id, kind: 'sensor_fault', house: index, fromMs, toMs, device, fault: kind })
        }
      }
    }
  return [...faults, ...planGateway(seed, houses)]
}

function planGateway(seed: number, houses: Lane['houses']): SensorFault[] {
  const dice = createDice(seed, 'gateway')
  return Array.from({ length: dice.count(GATEWAY.perYear) }, () => when(GATEWAY.days, dice)).flatMap((time) =>
    houses.flatMap(({ sensors }) =>
      sensors.map(({ id: device }): SensorFault => ({ kind: 'held', device, ...time, offsetMs: 0 })),
    ),
  )
}

function when([least, most]: [number, number], dice: Dice): { fromMs: number; toMs: number } {
  const fromMs = Math.round(dice.between(YEAR_FROM_MS, YEAR_TO_MS - most * DAY_MS))
  return { fromMs, toMs: Math.round(fromMs + dice.between(least, most) * DAY_MS) }
}

/** What a sensor sends, and when it comes. */
export interface Sent {
  arrivalMs: number
  samples: Sample[]
}

/** Bends what one device measured by what is wrong with it, in order of measuring. Null: it is lost. */
export function createBender(faults: readonly SensorFault[], dice: Dice): (sent: Sent) => Sent | null {
  const memory: Memory = { stuckAt: null, held: 0 }
  return (sent) => {
    const atMs = sent.samples[0]!.atMs
    let bent: Sent | null = sent
    let isStuck = false
    for (const fault of faults) {
      if (atMs < fault.fromMs || atMs >= fault.toMs || bent === null) continue
      isStuck ||= fault.kind === 'stuck'
      bent = bend(bent, fault, memory, dice)
    }
    if (!isStuck) memory.stuckAt = null
    return bent
  }
}

interface Memory {
  stuckAt: Sample[] | null
  held: number
}

function bend(sent: Sent, { kind, toMs, offsetMs }: SensorFault, memory: Memory, dice: Dice): Sent | null {
  const change = (to: (sample: Sample) => Partial<Sample>): Sent => ({
    ...sent,
    samples: sent.samples.map((sample) => ({ ...sample, ...to(sample) })),
  })
  switch (kind) {
    case 'lost':
      return null
    case 'held':
      return { ...sent, arrivalMs: Math.max(sent.arrivalMs, toMs + 40 * ++memory.held) }
    case 'clock':
      return change(({ atMs }) => ({ atMs: atMs + offsetMs }))
    case 'stuck':
      memory.stuckAt ??= sent.samples
      return change(({ metric }) => ({ value: memory.stuckAt!.find((one) => one.metric === metric)?.value ?? 0 }))
    case 'fouled':
      return change(({ value }) => ({ value: Math.round(3.5 * value) }))
    case 'spikes':
      return dice.chance(0.06) ? change(({ metric, value }) => ({ value: LARGEST[metric] ?? value })) : sent
    case 'hum':
      return change(({ metric, value }) => ({ value: humming(metric, dice) ?? value }))
  }
}

/** Switching electronics that beat at some tens of hertz: what a far drill looks like, at any hour. */
function humming(metric: string, dice: Dice): number | undefined {
  if (metric === 'ppv_mm_s') return round(dice.spread(0.16, 0.1), 3)
  if (metric === 'freq_hz') return round(50 + 0.1 * dice.gauss(), 1)
  if (metric === 'vib_crest') return round(dice.between(2.2, 2.8), 1)
  if (metric === 'work_class') return dice.chance(0.9) ? 1 : 5
  return metric === 'work_confidence' ? round(dice.between(0.5, 0.85), 2) : undefined
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
}
