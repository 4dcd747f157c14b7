import type { Category } from '../../core/category.ts'
import type { RecordEvent } from '../quarter/records.ts'
import { randomAt } from '../random.ts'
import type { IncidentEntry } from '../scenario.ts'
import type { ExpectedAlert, PlanContext, PlannedIncident, Truth } from './incident.ts'

/** What the shipped rules make of one call; of others it takes three. */
const AT_ONCE: Partial<Record<IncidentEntry['kind'], { rule: string; category: Category }>> = {
  manhole: { rule: 'danger-reported', category: 'safety' },
  littering: { rule: 'danger-reported', category: 'safety' },
  swimmer: { rule: 'danger-reported', category: 'safety' },
  dumping: { rule: 'dumping-reported', category: 'sanitation' },
  discharge: { rule: 'river-reported', category: 'river' },
  'algae-bloom': { rule: 'river-reported', category: 'river' },
}
const SEVERAL = 3
/** Works are told to the quarter's office, and weighed with other evidence. */
const WORKS = new Set<IncidentEntry['kind']>(['drilling', 'renovation'])
const WORDS: Partial<Record<IncidentEntry['kind'], string[]>> = {
  fire: ['窗户冒黑烟', '闻到很重的焦味'],
  leak: ['天花板一直在滴水', '走廊地上都是水'],
  gas: ['楼道里有煤气味'],
  flooding: ['地下室进水了'],
  rainstorm: ['积水已经没过脚踝', '车库进水了'],
  discharge: ['河水发黑，很臭', '有管子在往河里排污水'],
  'algae-bloom': ['河面一层绿的', '水里都是绿藻'],
  dumping: ['有人往河里倒垃圾', '河边漂着一堆垃圾袋'],
  swimmer: ['有人下河游泳，很危险'],
  littering: ['楼上往下扔东西，差点砸到人', '高空抛物，刚掉下来一个花盆'],
  manhole: ['井盖没了，差点掉下去', '路上井盖翘起来了'],
  drilling: ['隔壁一直在打钻，墙都在震'],
  renovation: ['隔壁好像在装修，一直有电钻声', '天天敲敲打打，没看到告示'],
}

/** People notice, and some call: between a sixth and two thirds of its time after it began. */
export function withCalls(entry: IncidentEntry, incident: PlannedIncident, context: PlanContext): PlannedIncident {
  const count = entry.reports ?? 0
  if (count === 0) return incident
  const { startMs, endMs, seed, id } = context
  const draw = (what: string, i: number) => randomAt(seed, id, what, i)
  const times = Array.from({ length: count }, (_, i) =>
    Math.floor(startMs + (endMs - startMs) * (1 / 6 + draw('calls', i) / 2)),
  ).sort((a, b) => a - b)
  const calls = times.map((atMs, i) =>
    toCall(entry.kind, incident.truth, { atMs, i, draw: draw('words', i), id, seed }),
  )
  const { truth, events: own } = incident
  return {
    ...incident,
    truth: { ...truth, alerts: [...truth.alerts, ...expected(entry.kind, truth, times)] },
    events: (fromMs, toMs) => [
      ...(own?.(fromMs, toMs) ?? []),
      ...calls.filter(({ atMs }) => fromMs <= atMs && atMs < toMs),
    ],
  }
}

interface Caller {
  atMs: number
  i: number
  draw: number
  id: string
  seed: number
}

function toCall(
  kind: IncidentEntry['kind'],
  { place, startMs }: Truth,
  { atMs, i, draw, id, seed }: Caller,
): RecordEvent {
  const words = WORDS[kind] ?? ['这里情况不对']
  const type = WORKS.has(kind) ? 'report.resident' : `hotline.${kind}`
  const text = words[Math.floor(draw * words.length)]!
  return {
    ...{ kind: 'record', atMs, deviceId: 'resident-line', house: null },
    record: {
      recordId: `call-${seed}-${startMs}-${id}-${i + 1}`,
      ...{ type, at: new Date(atMs).toISOString(), address: place },
      body: { about: WORKS.has(kind) ? 'works' : kind, text, caller: `caller-${id}-${i + 1}` },
    },
  }
}

/** The hotline files a call at once. */
const FILED_MS = 15_000

function expected(kind: IncidentEntry['kind'], { place: address, endMs }: Truth, times: number[]): ExpectedAlert[] {
  if (WORKS.has(kind)) return []
  const after = (fromMs: number, what: { rule: string; category: Category }): ExpectedAlert => {
    return { address, ...what, fromMs, byMs: Math.max(endMs, fromMs + FILED_MS) }
  }
  const one = AT_ONCE[kind]
  const third = times[SEVERAL - 1]
  return [
    ...(one === undefined ? [] : [after(times[0]!, one)]),
    ...(third === undefined ? [] : [after(third, { rule: 'several-residents', category: 'other' })]),
  ]
}
