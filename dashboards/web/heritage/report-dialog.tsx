import { useState } from 'react'
import type { BuildingView } from '../../house-contract.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Failure } from '../shell/failure.tsx'
import { loadToken } from '../shell/preferences.ts'
import { useAct } from '../shell/use-act.ts'
import { type HeritageCalls, reportPath } from './heritage-calls.ts'
import { nameOf } from './house-words.ts'
import { monthsBack } from './months.ts'
import { useHeritageWords } from './words.ts'

interface ReportDialogProps {
  calls: HeritageCalls
  building: BuildingView
  nowMs: number
  timeZone: string
  onClose: () => void
}

const MONTHS = 12

/**
 * The conservation report of one month. Without a token it opens as the page that the service makes; with one, which a link cannot
 * carry, that page comes as a file.
 */
export function ReportDialog({ calls, building, nowMs, timeZone, onClose }: ReportDialogProps) {
  const { t, language } = useHeritageWords()
  const months = monthsBack(nowMs, timeZone, MONTHS)
  const [month, setMonth] = useState(months[0]!)
  const act = useAct()
  const path = reportPath(building.id, month, language)
  async function download(): Promise<void> {
    const url = URL.createObjectURL(await calls.report(building.id, month, language))
    const link = document.createElement('a')
    link.href = url
    link.download = `${building.id}-${month}.html`
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Dialog title={`${t('heritage.report')} · ${nameOf(building)}`} onClose={onClose}>
      <div className="dialog-body house-form">
        <label>
          {t('heritage.report.month')}
          <select value={month} onChange={(event) => setMonth(event.target.value)}>
            {months.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        {act.failure !== null && <Failure>{t('heritage.report.failed', { message: act.failure })}</Failure>}
        <div className="form-buttons">
          {loadToken() === null ? (
            <a className="button primary" href={path} target="_blank" rel="noreferrer">
              {t('heritage.report.open')}
            </a>
          ) : (
            <button type="button" className="primary" disabled={act.isBusy} onClick={() => void act.run(download)}>
              {t('heritage.report.open')}
            </button>
          )}
        </div>
      </div>
    </Dialog>
  )
}
