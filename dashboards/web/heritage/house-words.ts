import type { HouseRiskView } from '../../house-contract.ts'
import { percentOf } from '../evidence/words.ts'
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

/** What its risk is made of, heaviest first; then what is not known. */
export function partWords(house: HouseRiskView, t: HeritageTranslate, nowMs: number): string[] {
  const { sensors, works } = house
  return [
    ...house.parts.map(({ kind }) => partWord(kind, house, t, nowMs)),
    ...(works.state === 'approved' ? [t('heritage.part.approved')] : []),
    ...(sensors.heard === 'heard' ? [] : [t(`heritage.heard.${sensors.heard}`, { ...sensors })]),
  ]
}

export function partWord(
  kind: HouseRiskView['parts'][number]['kind'],
  { works, openAlerts, raised, trend }: HouseRiskView,
  t: HeritageTranslate,
  nowMs: number,
): string {
  switch (kind) {
    case 'works': {
      if (works.state === 'confirmed') return t('heritage.part.confirmed')
      const isLate = works.state === 'likely' && works.visitBy !== undefined && Date.parse(works.visitBy) < nowMs
      const percent = percentOf(works.probability)
      return t(isLate ? 'heritage.part.worksOverdue' : 'heritage.part.works', { percent })
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
