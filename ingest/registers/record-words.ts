/** What registers call their entries, to the types of records; a type may also be written as it is. */
const TYPES: [RegExp, string][] = [
  [/^(租约|租赁)(合同)?(签订|登记|备案|新签)$|^新签租约$/, 'lease.signed'],
  [/^(租约|租赁)(合同)?(变更|续签|续租)$/, 'lease.changed'],
  [/^(租约|租赁)(合同)?(终止|注销|解除)$|^退租$/, 'lease.ended'],
  [/^经营范围(变更)?$|^业态变更$|^变更经营范围$/, 'scope.changed'],
  [/^(产权|业主|所有权)(人)?(变更|转移|过户)$/, 'owner.changed'],
  [/^(水|电|燃?气|用水|用电|用气|水电|水电气)(户名|账户|户)?(变更|过户|更名)$/, 'account.changed'],
  [/^(装修|施工|修缮|改造)(备案|登记|申报)$/, 'works.filed'],
  [/^(装修|施工|修缮|改造)(许可|批准|批复)$/, 'works.approved'],
  [/^(装修|施工|修缮|改造)(不予许可|驳回)$/, 'works.refused'],
  [/^(装修|施工|修缮|改造)(竣工|完工|验收)$|^竣工(验收)?$/, 'works.finished'],
  [/^(撤销|撤回|作废)(备案|登记|记录)?$/, 'record.withdrawn'],
]

/** Names of columns. What is not here goes into the body under its own name. */
const COLUMNS: Record<string, string[]> = {
  recordId: ['recordid', 'id', '记录编号', '流水号', '业务编号'],
  type: ['type', '类型', '业务类型', '事项', '事项名称'],
  at: ['at', 'time', 'date', '时间', '日期', '登记日期', '登记时间', '办理日期', '办理时间', '受理日期'],
  address: ['address', '地址', '坐落', '房屋坐落', '房屋地址', '经营地址', '门牌'],
  lat: ['lat', 'latitude', '纬度'],
  lon: ['lon', 'lng', 'longitude', '经度'],
  building: ['building', '建筑编号', '房屋编号'],
  filing: ['filing', '备案号', '文号', '许可证号', '合同编号'],
  validFrom: ['validfrom', '开始日期', '起始日期', '起租日期', '有效期起', '开工日期'],
  validTo: ['validto', '结束日期', '截止日期', '到期日期', '有效期止', '竣工日期'],
  corrects: ['corrects', '更正'],
  withdraws: ['withdraws', '撤销编号', '被撤销编号'],
  remarks: ['remarks', '备注', '说明'],
  tenant: ['tenant', '承租人', '承租方'],
  landlord: ['landlord', '出租人', '出租方'],
  use: ['use', '用途', '租赁用途'],
  business: ['business', '企业名称', '经营者', '商户'],
  before: ['before', '变更前', '原经营范围', '原业主', '原户名'],
  after: ['after', '变更后', '现经营范围', '新业主', '新户名'],
  kind: ['kind', '工程类别', '施工内容类别'],
  description: ['description', '施工内容', '工程内容'],
  contractor: ['contractor', '施工单位'],
  decidedBy: ['decidedby', '审批单位', '批准单位'],
  utility: ['utility', '表计类型'],
}

const TYPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Null for a word that names no type. */
export function toRecordType(word: string): string | null {
  const plain = word.replace(/\s+/g, '')
  return TYPES.find(([pattern]) => pattern.test(plain))?.[1] ?? (TYPE.test(plain) ? plain : null)
}

export function toRecordField(column: string): string {
  const name = column
    .normalize('NFKC')
    .replace(/\s+|[(（].*$/g, '')
    .toLowerCase()
  return Object.entries(COLUMNS).find(([, names]) => names.includes(name))?.[0] ?? column
}
