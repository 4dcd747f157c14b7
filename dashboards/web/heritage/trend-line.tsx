import { useLoaded } from '../shell/use-loaded.ts'
import type { HeritageCalls } from './heritage-calls.ts'
import { trendWords } from './trend-words.ts'
import { useHeritageWords } from './words.ts'

interface TrendLineProps {
  calls: HeritageCalls
  device: string
  metric: string
  limit?: number
}

/** How fast it moves once the temperature is taken away, and when it would come to its limit. */
export function TrendLine({ calls, device, metric, limit }: TrendLineProps) {
  const { t, language } = useHeritageWords()
  const [loaded] = useLoaded(`trend ${device} ${metric} ${limit}`, null, () =>
    calls.trend({ device, metric, ...(limit !== undefined && { limit }) }),
  )
  if (loaded.state === 'loading') return null
  const told = loaded.state === 'failed' ? [t('heritage.trend.failed')] : trendWords(loaded.value, t)
  const isKnown = loaded.state === 'ready' && loaded.value.state === 'known'
  return (
    <p className={isKnown ? 'trend' : 'trend is-unknown'}>
      <b>{t('heritage.trend.title')}</b> {told.join(language === 'zh' ? '；' : '; ')}
    </p>
  )
}
