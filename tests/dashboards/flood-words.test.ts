import { expect, test } from 'vitest'
import type { FloodGroupView } from '../../dashboards/contract.ts'
import { floodGroupWords } from '../../dashboards/web/words/flood-words.ts'
import type { Translate } from '../../dashboards/web/words/i18n.ts'
import { zh } from '../../dashboards/web/words/zh.ts'

const t: Translate = (key, blanks = {}) => zh[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(blanks[name]))

test.each<[string, Pick<FloodGroupView, 'cause' | 'category' | 'count'>, string]>([
  ['a house', { cause: { kind: 'building', name: '东园路45号' }, category: 'fire', count: 7 }, '东园路45号 · 火情 7'],
  ['a gateway', { cause: { kind: 'gateway', name: 'gw-1' }, category: 'device', count: 12 }, '网关 gw-1 · 设备 12'],
  ['nothing', { cause: { kind: 'unknown', name: '' }, category: 'noise', count: 1 }, '位置不明 · noise 1'],
])('a group is named by %s', (_, group, words) => {
  expect(floodGroupWords(group as FloodGroupView, t, 'zh')).toBe(words)
})
