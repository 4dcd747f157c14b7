import type { HouseRiskView } from '../../house-contract.ts'
import { percentOf } from '../evidence/words.ts'
import type { Times } from '../words/times.ts'
import { dueOf } from './ranking.ts'
import { type HeritageTranslate, wordOf } from './words.ts'

type Named = Pick<HouseRiskView['building'], 'name' | 'address'>

export function nameOf({ name, address }: Named): string {
  return name ?? address
}

/** `历史建筑 · 砖木 · 清末 · 平桥社区` */
export function kindWords({ building, community }: HouseRiskView, t: HeritageTranslate): string {
  const { name, address, protection, structure, era, year } = building
  return [
    ...(name === undefined ? [] : [address]),
    wordOf('protection', protection, t),
    ...(structure === undefined ? [] : [wordOf('structure', structure, t)]),
    ...((era ?? year) ? [String(era ?? year)] : []),
    ...(community === undefined ? [] : [community]),
  ].join(' · ')
}

/** By when somebody has to be there, what its risk is made of, heaviest first, and what is not known. */
export function partWords(house: HouseRiskView, t: HeritageTranslate, times: Times, nowMs: number): string[] {
  const { sensors, works } = house
  const dueMs = dueOf(house)
  return [
    ...(dueMs === null ? [] : [dueWord(dueMs, t, times, nowMs)]),
    ...house.parts.map(({ kind }) => partWord(kind, house, t)),
    ...(works.state === 'approved' ? [t('heritage.part.approved')] : []),
    ...(sensors.heard === 'heard' ? [] : [t(`heritage.heard.${sensors.heard}`, { ...sensors })]),
  ]
}

function dueWord(dueMs: number, t: HeritageTranslate, times: Times, nowMs: number): string {
  return t(dueMs < nowMs ? 'heritage.part.dueLate' : 'heritage.part.due', {
    time: times.short(dueMs, nowMs).slice(0, -3),
  })
}

export function partWord(
  kind: HouseRiskView['parts'][number]['kind'],
  { works, openAlerts, raised, trend }: HouseRiskView,
  t: HeritageTranslate,
): string {
  switch (kind) {
    case 'works': {
      if (works.state === 'confirmed') return t('heritage.part.confirmed')
      return t('heritage.part.works', { percent: percentOf(works.probability) })
    }
    case 'alerts':
      return t('heritage.part.alerts', { count: openAlerts })
    case 'exceeded':
      return t('heritage.part.exceeded', { count: raised?.days30 ?? 0 })
    case 'trend':
      return trend?.until.state === 'expected'
        ? t('heritage.part.trend', { days: Math.round(trend.until.days) })
        : t('heritage.part.reached')
  }
}
