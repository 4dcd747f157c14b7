/** What an alert is about, for filters, colours and routing. The one closed list: rules may name no other. */
export const CATEGORIES = {
  fire: { zh: '火情', en: 'Fire' },
  gas: { zh: '燃气', en: 'Gas' },
  water: { zh: '水浸', en: 'Water ingress' },
  structure: { zh: '结构安全', en: 'Structure' },
  climate: { zh: '文保环境', en: 'Indoor climate' },
  river: { zh: '河道', en: 'River' },
  sanitation: { zh: '市容环卫', en: 'Sanitation' },
  works: { zh: '装修施工', en: 'Building works' },
  safety: { zh: '人身安全', en: 'Personal safety' },
  device: { zh: '设备', en: 'Device' },
  other: { zh: '其他', en: 'Other' },
} as const
export type Category = keyof typeof CATEGORIES
