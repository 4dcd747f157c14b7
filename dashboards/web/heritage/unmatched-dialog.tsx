import { useState } from 'react'
import type { FiledRecordView, HouseRiskView } from '../../house-contract.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Failure } from '../shell/failure.tsx'
import type { Times } from '../words/times.ts'
import type { HeritageCalls } from './heritage-calls.ts'
import { nameOf } from './house-words.ts'
import { saidWords, useHeritageWords, wordOf } from './words.ts'

interface UnmatchedDialogProps {
  calls: HeritageCalls
  records: FiledRecordView[]
  /** By id, for their names. */
  houses: ReadonlyMap<string, HouseRiskView>
  times: Times
  nowMs: number
  mayAct: boolean
  onMatched: () => void
  onClose: () => void
}

/** Records whose house is not sure: a person says which it is, and the same spelling is understood from then on. */
export function UnmatchedDialog({ records, times, nowMs, onClose, ...shared }: UnmatchedDialogProps) {
  const { t } = useHeritageWords()
  return (
    <Dialog title={t('heritage.unmatched')} kind="is-wide" onClose={onClose}>
      <div className="dialog-body">
        <p className="fine">{t('heritage.unmatched.text')}</p>
        {records.length === 0 && <p>{t('heritage.unmatched.none')}</p>}
        <ul className="unmatched">
          {records.map((record) => (
            <Unmatched key={`${record.source} ${record.recordId}`} {...{ ...shared, record, times, nowMs }} />
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

type UnmatchedProps = Omit<UnmatchedDialogProps, 'records' | 'onClose'> & { record: FiledRecordView }

const MOST_FOUND = 5

function Unmatched({ calls, record, houses, times, nowMs, mayAct, onMatched }: UnmatchedProps) {
  const { t } = useHeritageWords()
  const [fault, setFault] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [text, setText] = useState('')
  const { address, position, recordType, recordId, source, at, facts, match } = record
  const candidates = match.candidates ?? []
  const found = text.trim() === '' ? [] : [...houses.values()].filter((house) => isNamed(house, text.trim()))
  async function say(building: string | null): Promise<void> {
    setBusy(true)
    try {
      await calls.match(record, building)
      onMatched()
    } catch (failure) {
      setFault((failure as Error).message)
      setBusy(false)
    }
  }
  const where = position && { lat: position.lat.toFixed(5), lon: position.lon.toFixed(5) }
  return (
    <li>
      <p>
        <b lang="zh-CN">{address ?? (where ? t('heritage.unmatched.position', where) : recordId)}</b>{' '}
        {wordOf('record', recordType, t)}
      </p>
      <small>{[...saidWords(facts, t), `${source} ${recordId}`, times.short(Date.parse(at), nowMs)].join(' · ')}</small>
      {fault !== null && <Failure>{t('heritage.unmatched.failed', { message: fault })}</Failure>}
      {mayAct ? (
        <div className="candidates">
          {candidates.length === 0 && <span className="fine">{t('heritage.unmatched.noCandidate')}</span>}
          {candidates.slice(0, MOST_FOUND).map(({ building, confidence, distanceM }) => (
            <button key={building} type="button" disabled={isBusy} onClick={() => say(building)}>
              <span lang="zh-CN">{nameAt(houses, building)}</span>
              <small>
                {distanceM === undefined
                  ? t('heritage.unmatched.sure', { percent: Math.round(confidence * 100) })
                  : t('heritage.unmatched.distance', { metres: Math.round(distanceM) })}
              </small>
            </button>
          ))}
          {found.slice(0, MOST_FOUND).map(({ building }) => (
            <button key={`found ${building.id}`} type="button" disabled={isBusy} onClick={() => say(building.id)}>
              <span lang="zh-CN">{nameOf(building)}</span>
              <small>{building.id}</small>
            </button>
          ))}
          <button type="button" disabled={isBusy} onClick={() => say(null)}>
            {t('heritage.unmatched.notOurs')}
          </button>
          <input
            type="search"
            value={text}
            placeholder={t('heritage.unmatched.search')}
            aria-label={t('heritage.unmatched.search')}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      ) : (
        <p className="fine">{t('heritage.readOnly')}</p>
      )}
    </li>
  )
}

function isNamed({ building: { id, name = '', address } }: HouseRiskView, text: string): boolean {
  return id === text || name.includes(text) || address.includes(text)
}

function nameAt(houses: ReadonlyMap<string, HouseRiskView>, id: string): string {
  const house = houses.get(id)
  return house ? nameOf(house.building) : id
}
