import type { Sample } from '../../../core/observation.ts'
import { WORK_CLASSES, type WorkClass } from '../../../core/vibration.ts'
import type { ShakeSource } from './activity.ts'
import type { Dice } from './dice.ts'
import type { LaneSensor } from './lane.ts'

/** A kind of event within one window, as it arrives at the sensor: how often on average, and the middle of its peaks. */
export interface Shaking {
  source: ShakeSource
  peakMmS: number
  times: number
}

interface Event {
  source: ShakeSource
  peakMmS: number
}

type Taken = Partial<Record<WorkClass, number>>

/**
 * What events are taken for, in percent. Of the five kinds that are known: counted with the classifier itself on simulated
 * waveforms of 0.1 to 1 mm/s, and faint ones of 0.05 mm/s (`detectors/vibration/README.md`). Of the others: a judgement by likeness.
 */
const TAKEN_FOR: Record<ShakeSource, Taken> = {
  drilling: { drilling: 93, piano: 6, hammering: 1 },
  hammering: { hammering: 93, drilling: 4, piano: 2, footfall: 1 },
  traffic: { traffic: 95, footfall: 3, drilling: 1, piano: 1 },
  footfall: { footfall: 96, traffic: 3, hammering: 1 },
  piano: { piano: 94, drilling: 6 },
  breaker: { drilling: 72, hammering: 24, piano: 2, traffic: 2 },
  washing: { traffic: 45, drilling: 20, piano: 20, none: 15 },
  slam: { hammering: 45, footfall: 45, traffic: 10 },
  cracker: { hammering: 50, none: 30, footfall: 20 },
}
const FAINT: Partial<Record<ShakeSource, Taken>> = {
  drilling: { drilling: 88, piano: 8, none: 4 },
  hammering: { hammering: 32, drilling: 27, piano: 27, traffic: 7, none: 7 },
  traffic: { traffic: 92, drilling: 3, none: 5 },
  slam: { hammering: 20, footfall: 50, traffic: 20, none: 10 },
}
const FAINT_BELOW_MM_S = 0.08
/** Below this the classifier says `none`. */
const QUIET_BELOW_MM_S = 0.035
const HZ: Record<ShakeSource, number> = {
  ...{ drilling: 45, hammering: 35, traffic: 7, footfall: 11, piano: 80 },
  ...{ breaker: 30, washing: 13, slam: 20, cracker: 15 },
}
const CREST: Record<ShakeSource, number> = {
  ...{ drilling: 3.6, hammering: 9, traffic: 4.5, footfall: 4.3, piano: 4.6 },
  ...{ breaker: 5, washing: 2.5, slam: 9, cracker: 7 },
}
/** Single events of one kind spread about their middle, natural logarithm. */
const EVENT_SIGMA = 0.45
/** Of two that are nearly as loud, the louder is not always told. */
const NEARLY = 0.65

/** One reading: the loudest of what happened within the window, and what it was taken for. */
export function senseVibration(shakings: readonly Shaking[], sensor: LaneSensor, atMs: number, dice: Dice): Sample[] {
  const [loudest, next] = loudestOf(shakings, dice)
  const rest = sensor.floor * dice.between(1, 1.6)
  const peak = sensor.gain * (loudest?.peakMmS ?? 0)
  if (loudest === undefined || peak <= rest)
    return toSamples(atMs, rest, 8 * dice.next() + 2, 3.8, { class: 'none', confidence: 1 })
  const isNext = next !== undefined && next.peakMmS > NEARLY * loudest.peakMmS && dice.chance(0.35)
  const told = isNext ? next : loudest
  const hz = HZ[told.source] * (1 + 0.2 * dice.gauss())
  return toSamples(
    atMs,
    peak,
    Math.max(1, hz),
    CREST[told.source] * (1 + 0.12 * dice.gauss()),
    takeFor(told.source, peak, dice),
  )
}

function loudestOf(shakings: readonly Shaking[], dice: Dice): Event[] {
  let [first, second]: (Event | undefined)[] = []
  for (const { source, peakMmS, times } of shakings) {
    if (times < 3 && dice.next() > 1 - Math.exp(-times)) continue
    const many = Math.sqrt(2 * Math.log(Math.max(1, times)))
    const event = { source, peakMmS: peakMmS * Math.exp(EVENT_SIGMA * (0.8 * many + 0.7 * dice.gauss())) }
    if (first === undefined || event.peakMmS > first.peakMmS) [first, second] = [event, first]
    else if (second === undefined || event.peakMmS > second.peakMmS) second = event
  }
  return [first, second].filter((event) => event !== undefined)
}

function takeFor(source: ShakeSource, peakMmS: number, dice: Dice): { class: WorkClass; confidence: number } {
  if (peakMmS < QUIET_BELOW_MM_S) return { class: 'none', confidence: 1 }
  const table = (peakMmS < FAINT_BELOW_MM_S ? FAINT[source] : undefined) ?? TAKEN_FOR[source]
  const taken = dice.weighted(table as Record<WorkClass, number>)
  const isSure = taken === source || (source === 'breaker' && taken !== 'piano')
  const middle = source === 'hammering' && peakMmS < 0.3 ? 0.65 : 0.81
  const confidence = isSure ? Math.min(0.95, middle + 0.07 * dice.gauss()) : dice.between(0.27, 0.7)
  return { class: taken, confidence: taken === 'none' ? 1 : confidence }
}

function toSamples(
  atMs: number,
  peakMmS: number,
  hz: number,
  crest: number,
  work: { class: WorkClass; confidence: number },
): Sample[] {
  return [
    { metric: 'ppv_mm_s', atMs, value: Math.round(peakMmS * 1000) / 1000 },
    { metric: 'freq_hz', atMs, value: Math.round(hz * 10) / 10 },
    { metric: 'vib_crest', atMs, value: Math.round(crest * 10) / 10 },
    { metric: 'work_class', atMs, value: WORK_CLASSES.indexOf(work.class) },
    { metric: 'work_confidence', atMs, value: Math.round(work.confidence * 100) / 100 },
  ]
}
