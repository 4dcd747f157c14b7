import type { TrendView } from '../../trend-contract.ts'
import { formatQuantity } from '../words/numbers.ts'
import type { HeritageTranslate } from './words.ts'

/** As sentences: the speed with its interval, what was taken away, and the days to the limit. */
export function trendWords(trend: TrendView, t: HeritageTranslate): string[] {
  if (trend.state === 'not_enough_data') {
    const { days, needed } = trend
    return [
      t(trend.reason === 'too_few_days' ? 'heritage.trend.tooFew' : 'heritage.trend.temperature', { days, needed }),
    ]
  }
  const { unit, speed, compensation, days } = trend
  const of = (value: number) => formatQuantity(Number(value.toPrecision(3)), unit)
  return [
    t('heritage.trend.speed', { value: of(speed.value), low: of(speed.low), high: of(speed.high) }),
    ...untilWords(trend, t),
    t(`heritage.trend.free.${compensation}`),
    t('heritage.trend.of', { days }),
  ]
}

function untilWords({ limit, unit }: Extract<TrendView, { state: 'known' }>, t: HeritageTranslate): string[] {
  if (limit === null) return []
  const { value, until } = limit
  const told = formatQuantity(value, unit)
  const days = (count: number) => t('heritage.trend.days', { days: count })
  switch (until.state) {
    case 'reached':
      return [t('heritage.trend.reached', { limit: told })]
    case 'expected': {
      const high = until.high === null ? t('heritage.trend.never') : days(until.high)
      return [t('heritage.trend.expected', { days: until.days, low: until.low, high, limit: told })]
    }
    case 'not_foreseeable':
      return [
        until.low === null
          ? t('heritage.trend.no', { limit: told })
          : t('heritage.trend.notForeseeable', { low: until.low, limit: told }),
      ]
    case 'not_enough_data':
      return [t('heritage.trend.unknownTotal')]
  }
}
