import type { HouseRiskView } from '../../house-contract.ts'
import { SeverityMark } from '../shell/severity-mark.tsx'
import { signOf } from './ranking.ts'
import { useHeritageWords } from './words.ts'

/** A ring for what is not heard, a dash for what is not measured, a tick only for what is heard and quiet. */
const SHAPES = {
  watched: 'M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M12 8v5M12 16h.01',
  well: 'M6 12.5l4 4 8-9',
  partly: 'M12 4.5a7.5 7.5 0 1 0 0 15M12 4.5v15',
  silent: 'M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15',
  none: 'M6 12h12',
} as const

/** How a house stands, by shape and word. */
export function Sign({ house }: { house: HouseRiskView }) {
  const { t } = useHeritageWords()
  const sign = signOf(house)
  if (typeof sign === 'number') return <SeverityMark level={sign} />
  return (
    <svg className={`sign is-${sign}`} viewBox="0 0 24 24" role="img" aria-label={t(`heritage.sign.${sign}`)}>
      <path d={SHAPES[sign]} />
    </svg>
  )
}
