import { confusedWith } from '../../core/address/road-names.ts'

/** Draws one of many, 0 ≤ draw() < 1. */
export type Draw = () => number

const FULL_WIDTH = '０１２３４５６７８９'
const FIGURES = '〇一二三四五六七八九'
const TRADITIONAL: Record<string, string> = {
  号: '號',
  桥: '橋',
  学: '學',
  宫: '宮',
  弄: '衖',
  砚: '硯',
  东: '東',
  门: '門',
}
const PREFIXES = ['临水市文塘区文津街道', '文塘区文津街道', '临水市', '江南省临水市文塘区', '文津街道', '临水']
const INSIDE = ['302室', '2楼', '二楼东', '1单元201室', '底层', '201', '后院', '一层门面']
const SHOPS = ['（老周茶馆）', '（原粮店）', '(近小桥)', ' 枕河客栈']
const BESIDE = ['对面', '旁', '附近', '隔壁', '门口']

/** How people write an address. Most of what comes out means the house, some of it says too little, none of it another house. */
export function spell(address: string, draw: Draw): string {
  let text = address
  const happens = (share: number) => draw() < share
  if (happens(0.25)) text = text.replace(/\d+/g, inNumerals)
  else if (happens(0.3)) text = text.replace(/\d/g, (digit) => FULL_WIDTH[Number(digit)]!)
  if (happens(0.2)) text = [...text].map((one) => TRADITIONAL[one] ?? one).join('')
  if (happens(0.12)) text = text.replace(/(?<=[0-9])弄(?=[0-9]+号$)/, '-')
  if (happens(0.08)) text = text.replace(/号$/, '')
  if (happens(0.1)) text = misspell(text, draw)
  if (happens(0.35)) text = `${oneOf(PREFIXES, draw)}${text}`
  if (happens(0.3)) text = `${text}${oneOf(INSIDE, draw)}`
  if (happens(0.08)) text = `${text}${oneOf(SHOPS, draw)}`
  if (happens(0.05)) text = `${text}${oneOf(BESIDE, draw)}`
  if (happens(0.1)) text = text.replace(/(?=[街巷弄])/, ' ').replace(/$/, ' ')
  return text
}

/** 23 is 二十三, sometimes 二三. */
export function inNumerals(digits: string): string {
  const value = Number(digits)
  if (value >= 100) return [...digits].map((one) => FIGURES[Number(one)]!).join('')
  const [tens, ones] = [Math.floor(value / 10), value % 10]
  const after = ones === 0 ? '' : FIGURES[ones]!
  return tens === 0 ? FIGURES[ones]! : `${tens === 1 ? '' : FIGURES[tens]!}十${after}`
}

/** One character of the road for another that sounds or looks like it. */
function misspell(text: string, draw: Draw): string {
  const at = Math.floor(draw() * 2)
  const others = confusedWith(text[at] ?? '')
  return others.length === 0 ? text : `${text.slice(0, at)}${oneOf(others, draw)}${text.slice(at + 1)}`
}

function oneOf<T>(all: readonly T[], draw: Draw): T {
  return all[Math.floor(draw() * all.length)]!
}
