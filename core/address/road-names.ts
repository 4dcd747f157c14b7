/** Characters of road names that are taken for one another: they sound alike, or look alike. Each stands in one group only. */
const CONFUSED = [
  ...[
    '桥乔侨荞',
    '学雪',
    '宫官',
    '影荫映颖',
    '百白柏佰',
    '花化华',
    '砚研验',
    '茶荼',
    '亭停婷',
    '竹朱筑',
    '园圆元院源',
    '塘堂糖唐',
  ],
  ...[
    '津律',
    '文纹',
    '仁人任',
    '和合河何',
    '望旺',
    '星兴',
    '东冬',
    '临邻林',
    '平坪苹萍',
    '巷苍',
    '前钱',
    '上尚',
    '银引',
    '桑丧',
  ],
  ...[
    '书舒',
    '水氷',
    '云芸',
    '苑宛',
    '德得',
    '承诚成',
    '志至',
    '春椿',
    '晖辉',
    '礼理里',
    '耕更',
    '庙妙',
    '寺侍',
    '井景',
    '仓苍藏',
  ],
  ...[
    '凤风',
    '龙笼',
    '石实',
    '金今锦',
    '清青',
    '明名',
    '安按',
    '泰太',
    '福富',
    '永勇咏',
    '新心欣',
    '建健',
    '胜盛圣',
    '利丽',
  ],
]
const GROUP = new Map<string, string>(CONFUSED.flatMap((group) => [...group].map((one) => [one, group[0]!] as const)))
const ROAD_TYPE = /(?:大道|大街|横街|直街|胡同|[路街巷弄里坊道浜埭])$/

/** Equal for names that differ in characters that are taken for one another. */
export function soundOf(road: string): string {
  let sound = ''
  for (const character of road) sound += GROUP.get(character) ?? character
  return sound
}

/** Characters that may stand in place of this one, for those who make spelling mistakes on purpose. */
export function confusedWith(character: string): string[] {
  const group = CONFUSED.find((one) => one.includes(character)) ?? ''
  return [...group].filter((one) => one !== character)
}

/** The name without 路, 街, 巷 …; null when it ends in none, or is nothing else. */
export function withoutType(road: string): string | null {
  const stem = road.replace(ROAD_TYPE, '')
  return stem === road || stem.length < 2 ? null : stem
}

export function endsInRoadType(road: string): boolean {
  return ROAD_TYPE.test(road)
}

/** One character changed, missing or too many. */
export function isOneApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1 || a === b) return false
  let i = 0
  while (i < short.length && short[i] === long[i]) i++
  return short.length === long.length ? short.slice(i + 1) === long.slice(i + 1) : short.slice(i) === long.slice(i + 1)
}
