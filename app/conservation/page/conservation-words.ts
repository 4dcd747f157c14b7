import type { Building, Visit } from '../../../core/building.ts'
import type { ReportPart } from '../../../core/conservation-report.ts'
import type { SuspicionState } from '../../../core/suspicion.ts'
import type { Both } from '../../printed/words-of.ts'

export const PROTECTION: Record<Building['protection'], Both> = {
  national: { zh: '全国重点文物保护单位', en: 'protected by the nation' },
  provincial: { zh: '省级文物保护单位', en: 'protected by the province' },
  city: { zh: '市级文物保护单位', en: 'protected by the city' },
  district: { zh: '区级文物保护单位', en: 'protected by the district' },
  historic: { zh: '历史建筑', en: 'historic building' },
  traditional: { zh: '传统民居', en: 'traditional dwelling' },
}

export const STRUCTURE: Record<NonNullable<Building['structure']>, Both> = {
  timber: { zh: '木结构', en: 'timber' },
  'brick-timber': { zh: '砖木结构', en: 'brick and timber' },
  brick: { zh: '砖结构', en: 'brick' },
  stone: { zh: '石结构', en: 'stone' },
  concrete: { zh: '混凝土结构', en: 'concrete' },
  mixed: { zh: '混合结构', en: 'mixed' },
}

export const VISIT: Record<Visit['result'], Both> = {
  works_found: { zh: '发现施工', en: 'works found' },
  none: { zh: '未见施工', en: 'no works' },
  refused_entry: { zh: '拒绝入内', en: 'entry refused' },
}

const RECORDS: Record<string, Both> = {
  'lease.signed': { zh: '租赁备案', en: 'Lease signed' },
  'lease.changed': { zh: '租赁变更', en: 'Lease changed' },
  'lease.ended': { zh: '租赁终止', en: 'Lease ended' },
  'scope.changed': { zh: '经营范围变更', en: 'Business scope changed' },
  'owner.changed': { zh: '产权变更', en: 'Owner changed' },
  'account.changed': { zh: '水电气过户', en: 'Utility account changed' },
  'works.filed': { zh: '施工备案', en: 'Works filed' },
  'works.approved': { zh: '施工批准', en: 'Works approved' },
  'works.refused': { zh: '施工未获批准', en: 'Works refused' },
  'works.finished': { zh: '施工完工', en: 'Works finished' },
  'record.withdrawn': { zh: '撤回记录', en: 'Record withdrawn' },
}

export function recordWords(type: string): Both {
  return RECORDS[type] ?? { zh: type, en: type }
}

export const PARTS: Record<ReportPart, Both> = {
  readings: { zh: '测量数据无法读取', en: 'readings could not be had' },
  peaks: { zh: '振动峰值无法读取', en: 'peaks of vibration could not be had' },
  alerts: { zh: '历史告警无法读取', en: 'past alerts could not be had' },
  trends: { zh: '趋势无法计算', en: 'trends could not be computed' },
  ledger: {
    zh: '数据库尚未收录最新的读数与记录',
    en: 'the database does not have the newest readings and decisions yet',
  },
}

export const STATES: Record<SuspicionState, Both> = {
  quiet: { zh: '无异常', en: 'nothing speaks of works' },
  watched: { zh: '关注中', en: 'watched' },
  likely: { zh: '疑似未备案施工', en: 'unfiled works likely' },
  approved: { zh: '已备案施工', en: 'works are filed' },
  confirmed: { zh: '已查实未备案施工', en: 'unfiled works found' },
}

/** Facts of records that are about the house, not about people. */
export const RECORD_FACTS: Record<string, Both> = {
  filing: { zh: '备案号', en: 'filing' },
  validFrom: { zh: '自', en: 'from' },
  validTo: { zh: '至', en: 'to' },
  use: { zh: '用途', en: 'use' },
  utility: { zh: '类别', en: 'utility' },
  kind: { zh: '内容', en: 'what' },
  description: { zh: '说明', en: 'description' },
  decidedBy: { zh: '审批', en: 'decided by' },
}
