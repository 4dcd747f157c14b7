import type { ProtectionLevel, Structure } from '../../core/building.ts'

/** Names of columns and properties, as lists have them, in Chinese and English; compared without blanks and case. */
export const FIELD_NAMES: Record<string, string[]> = {
  id: ['id', 'code', '编号', '建筑编号', '房屋编号', '档案号'],
  address: ['address', '地址', '门牌', '门牌号', '门牌地址', '坐落', '详细地址', '房屋坐落'],
  spellings: ['spellings', 'aliases', '别名', '曾用地址', '其他地址', '原地址', '曾用门牌'],
  name: ['name', '名称', '建筑名称', '房屋名称'],
  place: ['place', '行政区划', '所在地', '所属街道', '区划'],
  lat: ['lat', 'latitude', '纬度'],
  lon: ['lon', 'lng', 'longitude', '经度'],
  protection: ['protection', 'level', '保护级别', '保护等级', '级别', '文保级别'],
  structure: ['structure', '结构', '结构类型', '建筑结构'],
  year: ['year', '建造年份', '建成年份', '年份'],
  era: ['era', '年代', '建造年代', '建筑年代'],
  storeys: ['storeys', 'floors', '层数', '地上层数'],
  owner: ['owner', '产权人', '产权', '业主', '产权单位'],
  use: ['use', '用途', '使用性质', '使用功能', '现状用途'],
  sensors: ['sensors', 'devices', '传感器', '设备', '监测设备'],
  limits: ['limits', '限值', '监测限值', '振动限值'],
  lastRepair: ['lastrepair', 'last_repair', '最近修缮', '修缮时间', '最近修缮时间'],
  notes: ['notes', 'remarks', '备注', '说明'],
}

const PROTECTION: [RegExp, ProtectionLevel][] = [
  [/^(national|全国|国家|国保)/, 'national'],
  [/^(provincial|省)/, 'provincial'],
  [/^(city|municipal|市)/, 'city'],
  [/^(district|county|区|县)/, 'district'],
  [/^(historic|优秀?历史建筑|历史|控保|控制保护)/, 'historic'],
  [/^(traditional|传统|一般|普通|未定级|无$)/, 'traditional'],
]
const STRUCTURE: [RegExp, Structure][] = [
  [/^(brick-timber|砖木)/, 'brick-timber'],
  [/^(mixed|混合|砖混)/, 'mixed'],
  [/^(concrete|混凝土|钢混|钢筋|框架)/, 'concrete'],
  [/^(timber|wood|木)/, 'timber'],
  [/^(brick|砖)/, 'brick'],
  [/^(stone|石)/, 'stone'],
]

/** Null for a word that means no level. */
export function toProtection(word: string): ProtectionLevel | null {
  return PROTECTION.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1] ?? null
}

export function toStructure(word: string): Structure | null {
  return STRUCTURE.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1] ?? null
}

/** The field that a column is about, or null. */
export function toField(column: string): string | null {
  const name = column
    .normalize('NFKC')
    .replace(/\s+|[(（].*$/g, '')
    .toLowerCase()
  return Object.entries(FIELD_NAMES).find(([, names]) => names.includes(name))?.[0] ?? null
}
