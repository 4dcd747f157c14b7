import type { BuildingFileView, FiledRecordView } from '../../house-contract.ts'
import type { Times } from '../words/times.ts'
import { saidWords, useHeritageWords, wordOf } from './words.ts'

interface RecordsSectionProps {
  file: BuildingFileView
  times: Times
  nowMs: number
}

const MOST_SHOWN = 5

/** Filings, leases, reports of residents: newest first. */
export function RecordsSection({ file: { records }, times, nowMs }: RecordsSectionProps) {
  const { t } = useHeritageWords()
  const line = (record: FiledRecordView) => (
    <Line key={`${record.source} ${record.recordId}`} {...{ record, times, nowMs }} />
  )
  return (
    <section>
      <h3>{t('heritage.records', { count: records.length })}</h3>
      {records.length === 0 && <p className="fine">{t('heritage.records.none')}</p>}
      <ul className="records">{records.slice(0, MOST_SHOWN).map(line)}</ul>
      {records.length > MOST_SHOWN && (
        <details>
          <summary>+{records.length - MOST_SHOWN}</summary>
          <ul className="records">{records.slice(MOST_SHOWN).map(line)}</ul>
        </details>
      )}
    </section>
  )
}

function Line({ record, times, nowMs }: { record: FiledRecordView; times: Times; nowMs: number }) {
  const { t } = useHeritageWords()
  const { recordType, recordId, source, at, facts, correctedBy, withdrawnBy } = record
  const told = saidWords(facts, t)
  const isOld = correctedBy !== undefined || withdrawnBy !== undefined
  return (
    <li className={isOld ? 'is-old' : ''}>
      <b>{wordOf('record', recordType, t)}</b>
      {withdrawnBy !== undefined && <span className="tag">{t('heritage.records.withdrawn')}</span>}
      {correctedBy !== undefined && <span className="tag">{t('heritage.records.corrected')}</span>}
      <time dateTime={at}>{times.short(Date.parse(at), nowMs)}</time>
      <small>{[...told, `${source} ${recordId}`].join(' · ')}</small>
    </li>
  )
}
