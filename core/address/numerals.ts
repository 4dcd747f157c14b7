const DIGITS: Record<string, number> = {
  ...{ 〇: 0, 零: 0, 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 两: 2 },
  ...{ 壹: 1, 贰: 2, 叁: 3, 肆: 4, 伍: 5, 陆: 6, 柒: 7, 捌: 8, 玖: 9 },
}
const TENS: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000 }
/** 廿 and 卅 are twenty and thirty in one character. */
const SCORES: Record<string, number> = { 廿: 20, 卅: 30 }

export const NUMERAL_CLASS = `[${[...Object.keys(DIGITS), ...Object.keys(TENS), ...Object.keys(SCORES)].join('')}]`

/** What a run of Chinese numerals says: 三十二 and 三二 are 32, 一〇五 is 105, 廿三 is 23. Null where it says no number. */
export function fromNumerals(text: string): number | null {
  const figures = [...text]
  if (figures.length === 0) return null
  if (figures.every((one) => one in DIGITS)) return Number(figures.map((one) => DIGITS[one]).join(''))
  let total = 0
  let pending: number | null = null
  for (const one of figures) {
    if (one in DIGITS) {
      if (pending !== null && pending > 0) return null
      pending = DIGITS[one]!
    } else if (one in SCORES) {
      if (pending !== null) return null
      total += SCORES[one]!
    } else {
      total += (pending ?? 1) * (TENS[one] ?? Number.NaN)
      pending = null
    }
  }
  const value = total + (pending ?? 0)
  return Number.isFinite(value) ? value : null
}
