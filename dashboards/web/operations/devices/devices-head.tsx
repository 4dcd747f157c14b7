import type { RefObject } from 'react'
import { useOperationsWords } from '../words.ts'
import { DEVICE_FILTERS, type DeviceFilter } from './device-rows.ts'

interface DevicesHeadProps {
  search: RefObject<HTMLInputElement | null>
  total: number
  text: string
  filter: DeviceFilter | null
  counts: Record<DeviceFilter, number>
  onText: (text: string) => void
  onFilter: (filter: DeviceFilter | null) => void
  /** Absent for those who may not. */
  onRegister?: () => void
}

/** Which devices the table shows. */
export function DevicesHead(props: DevicesHeadProps) {
  const { search, total, text, filter, counts, onText, onFilter, onRegister } = props
  const { t } = useOperationsWords()
  return (
    <header className="wraps">
      <h2>{t('operations.devices')}</h2>
      <span className="tag">{total}</span>
      <input
        ref={search}
        type="search"
        className="search"
        value={text}
        placeholder={t('operations.search.device')}
        aria-label={t('operations.search.device')}
        onChange={(event) => onText(event.target.value)}
      />
      <div className="filters">
        {DEVICE_FILTERS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={filter === one}
            onClick={() => onFilter(filter === one ? null : one)}
          >
            {t(`operations.filter.${one}`)} {counts[one]}
          </button>
        ))}
      </div>
      <span className="grow" />
      {onRegister !== undefined && (
        <button type="button" onClick={onRegister}>
          {t('operations.register')}
        </button>
      )}
    </header>
  )
}
