import type { Building, BuildingLimit } from '../../core/building.ts'
import type { LimitSource } from '../../core/conservation-report.ts'
import type { Attributes, Device } from '../../core/device.ts'
import { METRICS } from '../../core/metrics.ts'
import type { RuleSpec } from '../../core/rule-change.ts'
import { type LimitInForce, limitsInForce, standardLimit } from '../../detectors/rules/limits-in-force.ts'
import { shippedStandards, toRow } from '../../detectors/rules/parts/standards.ts'
import type { Rule } from '../../detectors/rules/rule.ts'

/** A limit of one device, and where it comes from. */
export interface DeviceLimit extends LimitInForce {
  source: LimitSource
}

/** Limits set for the house first, then those that rules judge by. What is the same limit of the same standard is there once. */
export function limitsOfDevice(
  device: Device,
  building: Building,
  { rules, attributes }: { rules: readonly { rule: Rule; spec: RuleSpec }[]; attributes: Attributes },
): DeviceLimit[] {
  const ofHouse = (building.limits ?? []).flatMap((limit) => ofBuilding(limit, building, attributes))
  const ofRules = limitsInForce(rules, device, attributes).map((limit) => ({ ...limit, source: sourceOf(limit) }))
  const found = new Map<string, DeviceLimit>()
  for (const limit of [...ofHouse, ...ofRules]) {
    const key = `${limit.metric} ${limit.standard?.clause ?? `${limit.low} ${limit.high}`}`
    // A rule knows more of the same limit: its components and where the warning begins.
    const known = found.get(key)
    if (known === undefined) found.set(key, limit)
    else if (limit.rule !== undefined)
      found.set(key, known.source.kind === 'house' ? { ...limit, source: known.source } : limit)
  }
  return [...found.values()]
}

function sourceOf({ standard, rule }: LimitInForce): LimitSource {
  if (standard !== undefined) {
    const { id, title, clause, verified, source } = standard
    return { kind: 'standard', standard: id, clause, verified, title, text: source }
  }
  return { kind: 'rule', rule: rule?.id ?? '', title: rule?.title ?? { zh: '', en: '' } }
}

function ofBuilding(limit: BuildingLimit, building: Building, attributes: Attributes): DeviceLimit[] {
  if ('pack' in limit) return ofPack(limit, building, attributes)
  const { metric, value, unit, source } = limit
  return [{ metric, unit, low: Number.NEGATIVE_INFINITY, high: value, source: { kind: 'house', text: source } }]
}

/** The line of a standard that the register names; which of its items it is, the place of the sensor and the walls say. */
function ofPack(
  { metric, pack: id, line }: Extract<BuildingLimit, { pack: string }>,
  building: Building,
  attributes: Attributes,
): DeviceLimit[] {
  const pack = shippedStandards().get(id)
  const unit = METRICS[metric]?.unit
  for (const table of pack?.tables ?? []) {
    const row = toRow(table, line)
    const items = Object.keys(table.items).filter((item) => table.items[item]?.unit === unit)
    const item = items.length === 1 ? items[0] : items.find((one) => one === itemFor(items, building, attributes))
    if (pack === undefined || row === undefined || item === undefined) continue
    const isByFrequency = table.over?.unit === 'Hz'
    const x = table.over?.unit === 'm/s' ? Number(attributes.vp_m_s ?? Number.NaN) : undefined
    const found = standardLimit(pack, table, { item, row, ...(isByFrequency ? { over: 'freq_hz' } : { x }) })
    if (found === null) continue
    const components = metric === 'ppv_mm_s' ? { components: found.curve ? BY_AXIS : HORIZONTAL } : {}
    return [{ metric, ...found, ...components, source: sourceOf({ metric, ...found }) }]
  }
  return []
}

const BY_AXIS = ['x', 'y', 'z'].map((axis) => ({ metric: `ppv_${axis}_mm_s`, over: `freq_${axis}_hz` }))
const HORIZONTAL = [{ metric: 'ppv_h_mm_s' }]
/** Walls carry: brick with timber is held to the limits of brick. */
const WALLS: Record<string, string> = { timber: 'timber', brick: 'brick', 'brick-timber': 'brick', stone: 'stone' }

function itemFor(items: string[], { structure }: Building, attributes: Attributes): string | undefined {
  if (items.includes('foundation')) return String(attributes.sensorPosition ?? 'foundation')
  return String(attributes.wallMaterial ?? WALLS[structure ?? ''] ?? '')
}
