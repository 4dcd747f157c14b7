import { type RefObject, useEffect } from 'react'
import { useRowWindow } from '../../shell/use-row-window.ts'
import { formatNumber } from '../../words/numbers.ts'
import { Scroll } from '../scroll.tsx'
import { type OperationsTranslate, spanWords, typeWords, useOperationsWords } from '../words.ts'
import {
  CLOCK_OFF_S,
  DEVICE_COLUMNS,
  type DeviceColumn,
  type DeviceRow,
  type DeviceSort,
  LOW_BATTERY_PCT,
  WEAK_SIGNAL_DBM,
} from './device-rows.ts'

/** Height of one row, as in the style sheet. */
export const DEVICE_ROW_PX = 40

interface DeviceTableProps {
  rows: readonly DeviceRow[]
  list: RefObject<HTMLElement | null>
  sort: DeviceSort
  selectedId: string | null
  picked: ReadonlySet<string>
  isAllPicked: boolean
  mayPick: boolean
  nowMs: number
  onSort: (by: DeviceColumn) => void
  onOpen: (id: string) => void
  onPick: (id: string) => void
  onPickAll: () => void
}

const NUMBERS: ReadonlySet<DeviceColumn> = new Set(['lastSeen', 'battery', 'rssi', 'clock', 'rate', 'refused'])

/** All devices, of which only the rows in sight are drawn. */
export function DeviceTable(props: DeviceTableProps) {
  const { rows, list, sort, selectedId, isAllPicked, mayPick, onSort, onPickAll } = props
  const { t } = useOperationsWords()
  const { first, last } = useRowWindow(list, rows.length, DEVICE_ROW_PX)
  useKeepInSight(list, rows, selectedId)
  return (
    <Scroll ref={list} label={t('operations.devices')} className="device-place">
      <table className={mayPick ? 'device-table' : 'device-table no-pick'} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {mayPick && (
              <th className="column-pick">
                <input
                  type="checkbox"
                  aria-label={t('operations.pickAll')}
                  checked={isAllPicked}
                  onChange={onPickAll}
                />
              </th>
            )}
            {DEVICE_COLUMNS.map((column) => (
              <th
                key={column}
                className={`column-${column}${NUMBERS.has(column) ? ' is-number' : ''}`}
                aria-sort={sort.by === column ? (sort.descending ? 'descending' : 'ascending') : 'none'}
              >
                <button type="button" className="is-quiet" onClick={() => onSort(column)}>
                  {t(`operations.column.${column}`)}
                  <i aria-hidden="true">{sort.by === column ? (sort.descending ? '▼' : '▲') : ''}</i>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} />
          {rows.slice(first, last).map((row, index) => (
            <DeviceLine key={row.id} {...props} row={row} index={first + index} />
          ))}
          <Spacer rows={rows.length - last} />
        </tbody>
      </table>
    </Scroll>
  )
}

/** The room of rows that are not drawn. */
function Spacer({ rows }: { rows: number }) {
  if (rows <= 0) return null
  return <tr style={{ height: rows * DEVICE_ROW_PX }} />
}

function DeviceLine(props: DeviceTableProps & { row: DeviceRow; index: number }) {
  const { row, index, selectedId, picked, mayPick, nowMs, onOpen, onPick } = props
  const { t, language } = useOperationsWords()
  const { id, device, state, lastSeenMs, batteryPct, rssiDbm, clockS, messagesPerMin, firmware, refused, out } = row
  const isClockOff = clockS !== null && Math.abs(clockS) > CLOCK_OFF_S
  return (
    <tr className={id === selectedId ? 'is-selected' : ''} aria-rowindex={index + 2} onClick={() => onOpen(id)}>
      {mayPick && (
        <td className="column-pick">
          <input
            type="checkbox"
            aria-label={t('operations.pick', { id })}
            checked={picked.has(id)}
            onClick={(event) => event.stopPropagation()}
            onChange={() => onPick(id)}
          />
        </td>
      )}
      <td className="column-id">
        <button type="button" className="row-name" onClick={() => onOpen(id)}>
          {id}
        </button>
        {device.name !== undefined && <small lang="zh-CN">{device.name}</small>}
      </td>
      <td className="column-type">{typeWords(device.type, language)}</td>
      <td className="column-state">
        <i className={`state-mark is-${state}`} aria-hidden="true" /> {t(`operations.presence.${state}`)}
        {out !== undefined && <em className="tag">{t('operations.out')}</em>}
      </td>
      <td className="column-lastSeen is-number">{lastSeenMs === null ? '–' : spanWords(nowMs - lastSeenMs, t)}</td>
      <Figure
        column="battery"
        value={batteryPct}
        unit="%"
        isOdd={batteryPct !== null && batteryPct < LOW_BATTERY_PCT}
      />
      <Figure column="rssi" value={rssiDbm} unit=" dBm" isOdd={rssiDbm !== null && rssiDbm < WEAK_SIGNAL_DBM} />
      <td className={`column-clock is-number${isClockOff ? ' is-odd' : ''}`}>{clockWords(clockS, t)}</td>
      <Figure column="rate" value={messagesPerMin} unit="" isOdd={false} />
      <td className="column-firmware">{firmware ?? '–'}</td>
      <Figure column="refused" value={refused} unit="" isOdd={refused > 0} />
    </tr>
  )
}

interface FigureProps {
  column: DeviceColumn
  value: number | null
  unit: string
  isOdd: boolean
}

function Figure({ column, value, unit, isOdd }: FigureProps) {
  return (
    <td className={`column-${column} is-number${isOdd ? ' is-odd' : ''}`}>
      {value === null ? '–' : `${formatNumber(Math.round(value))}${unit}`}
    </td>
  )
}

/** `+0.4 s`, `−3 h`. */
export function clockWords(clockS: number | null, t: OperationsTranslate): string {
  if (clockS === null) return '–'
  if (Math.abs(clockS) < 0.05) return '0.0 s'
  const sign = clockS < 0 ? '−' : '+'
  if (Math.abs(clockS) >= 120) return `${sign}${spanWords(Math.abs(clockS) * 1000, t)}`
  return `${sign}${Math.abs(clockS).toFixed(1)} s`
}

function useKeepInSight(list: RefObject<HTMLElement | null>, rows: readonly DeviceRow[], selectedId: string | null) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection moves the list
  useEffect(() => {
    const element = list.current
    const index = rows.findIndex(({ id }) => id === selectedId)
    if (element === null || index === -1) return
    const [top, bottom] = [index * DEVICE_ROW_PX, (index + 3) * DEVICE_ROW_PX]
    if (top < element.scrollTop) element.scrollTop = top
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight
  }, [selectedId])
}
