import type { ReactNode } from 'react'
import type { BuildingFileView, HouseRiskView, VisitRequestView } from '../../house-contract.ts'
import type { Api } from '../api.ts'
import { type EvidencePiece, EvidenceSection } from '../evidence/evidence-section.tsx'
import { FactList } from '../shell/facts.tsx'
import { Icon } from '../shell/icon.tsx'
import { LoadFailed, Skeleton } from '../shell/not-loaded.tsx'
import type { Loaded } from '../shell/use-loaded.ts'
import type { Times } from '../words/times.ts'
import { AlertsSection } from './alerts-section.tsx'
import type { HeritageCalls } from './heritage-calls.ts'
import { nameOf, partWord } from './house-words.ts'
import { PicturesSection } from './pictures-section.tsx'
import { RecordsSection } from './records-section.tsx'
import { SensorsSection } from './sensors-section.tsx'
import { Sign } from './sign.tsx'
import { VisitsSection } from './visits-section.tsx'
import { useHeritageWords, wordOf } from './words.ts'

interface FileCardProps {
  api: Api
  calls: HeritageCalls
  loaded: Loaded<BuildingFileView> | null
  /** As it stands in the ranking. */
  risk: HouseRiskView | undefined
  times: Times
  nowMs: number
  mayAct: boolean
  /** What was just done, or why not. */
  notice: string | null
  onPiece: (piece: EvidencePiece) => void
  onBack: () => void
  onAsk: () => void
  onVisit: () => void
  onReport: () => void
  onChanged: () => void
  onRetry: () => void
}

/** 一屋一档: all that is known of the chosen house, and what can be done. */
export function FileCard(props: FileCardProps) {
  const { loaded, risk, mayAct, notice } = props
  const { t } = useHeritageWords()
  return (
    <section className="card file-card" aria-label={t('heritage.file')}>
      <header>
        <button
          type="button"
          className="icon only-on-phone"
          onClick={props.onBack}
          aria-label={t('heritage.file.back')}
        >
          <Icon name="back" />
        </button>
        {risk && <Sign house={risk} />}
        <h2>
          {t('heritage.file')}
          {loaded?.state === 'ready' && (
            <>
              {' · '}
              <span lang="zh-CN">{nameOf(loaded.value.building)}</span>
            </>
          )}
        </h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="file-body" tabIndex={0} aria-label={t('heritage.file')}>
        {loaded === null && <p className="nothing">{t('heritage.curves.choose')}</p>}
        {loaded?.state === 'failed' && (
          <LoadFailed onRetry={props.onRetry}>{t('heritage.file.failed', { message: loaded.message })}</LoadFailed>
        )}
        {loaded?.state === 'loading' && <Skeleton label={t('page.loading')} rows={3} />}
        {loaded?.state === 'ready' && <File {...props} file={loaded.value} />}
      </section>
      {loaded?.state === 'ready' && (
        <footer className="file-actions">
          {notice !== null && (
            <p className="notice" role="status">
              {notice}
            </p>
          )}
          {mayAct && (
            <button type="button" onClick={props.onAsk}>
              <Icon name="send" />
              {t('heritage.ask')} <kbd>A</kbd>
            </button>
          )}
          {mayAct ? (
            <button type="button" className="primary" onClick={props.onVisit}>
              <Icon name="check" />
              {t('heritage.visit')} <kbd>V</kbd>
            </button>
          ) : (
            <p className="fine">{t('heritage.readOnly')}</p>
          )}
          <button type="button" onClick={props.onReport}>
            <Icon name="report" />
            {t('heritage.report')} <kbd>P</kbd>
          </button>
        </footer>
      )}
    </section>
  )
}

function File({ file, risk, ...props }: FileCardProps & { file: BuildingFileView }) {
  const { api, calls, times, nowMs, mayAct, onChanged } = props
  return (
    <>
      <VisitRequest request={file.visitRequest} times={times} nowMs={nowMs} />
      {risk && <Parts risk={risk} />}
      <EvidenceSection suspicion={file.suspicion} times={times} nowMs={nowMs} onPiece={props.onPiece} />
      <AlertsSection {...{ file, times, nowMs }} />
      <Facts file={file} {...(risk?.community !== undefined && { community: risk.community })} />
      <SensorsSection {...{ file, times, nowMs }} />
      <VisitsSection {...{ file, times, nowMs }} />
      <RecordsSection {...{ file, times, nowMs }} />
      <PicturesSection key={file.building.id} {...{ api, calls, file, times, nowMs, mayAct, onChanged }} />
    </>
  )
}

/** Who was asked to go there, by when. */
function VisitRequest({ request, times, nowMs }: { request: VisitRequestView | null; times: Times; nowMs: number }) {
  const { t } = useHeritageWords()
  if (request === null) return null
  const dueMs = Date.parse(request.due)
  const who = request.to ?? t('heritage.ask.anybody')
  return (
    <section>
      <p className={dueMs < nowMs ? 'deadline is-late' : 'deadline'}>
        {t(dueMs < nowMs ? 'heritage.ask.askedLate' : 'heritage.ask.asked', { who, time: times.short(dueMs, nowMs) })}
      </p>
      <small>{[request.note, request.by].filter(Boolean).join(' · ')}</small>
    </section>
  )
}

/** What the risk is made of. */
function Parts({ risk }: { risk: HouseRiskView }) {
  const { t } = useHeritageWords()
  const { parts, sensors } = risk
  const isUnknown = sensors.heard === 'silent' || sensors.heard === 'none'
  return (
    <section>
      <h3>
        {t('heritage.parts')}
        {(parts.length > 0 || !isUnknown) && ` · ${t('heritage.risk', { risk: risk.risk })}`}
      </h3>
      <ul className="parts">
        {parts.map(({ kind, share }) => (
          <li key={kind}>
            <span>{partWord(kind, risk, t)}</span>
            <span className="bar" aria-hidden="true">
              <i style={{ width: `${share * 100}%` }} />
            </span>
            <span className="weight">{Math.round(share * 100)}%</span>
          </li>
        ))}
      </ul>
      {parts.length > 1 && <p className="fine">{t('heritage.parts.how')}</p>}
      {isUnknown ? (
        <p className="unheard">{t(parts.length > 0 ? 'heritage.parts.unheard' : 'heritage.parts.unknown')}</p>
      ) : (
        parts.length === 0 && <p className="fine">{t('heritage.parts.none')}</p>
      )}
    </section>
  )
}

/** Who, what, since when. */
function Facts({ file: { building }, community }: { file: BuildingFileView; community?: string }) {
  const { t } = useHeritageWords()
  const { id, address, place, protection, year, era, structure, storeys, owner, use, lastRepair, notes } = building
  const joined = (...words: (string | undefined)[]) =>
    words.filter((word) => word !== undefined).join(' · ') || undefined
  const facts: [string, ReactNode][] = [
    [t('heritage.fact.id'), id],
    [
      t('heritage.fact.address'),
      <span key="address" lang="zh-CN">
        {[place, address].filter(Boolean).join('')}
      </span>,
    ],
    [t('heritage.fact.community'), community],
    [t('heritage.fact.protection'), wordOf('protection', protection, t)],
    [t('heritage.fact.built'), joined(era, year === undefined ? undefined : t('heritage.fact.year', { year }))],
    [
      t('heritage.fact.structure'),
      joined(
        structure === undefined ? undefined : wordOf('structure', structure, t),
        storeys === undefined ? undefined : t('heritage.fact.storeys', { count: storeys }),
      ),
    ],
    [t('heritage.fact.owner'), owner],
    [t('heritage.fact.use'), use],
    [t('heritage.fact.lastRepair'), lastRepair],
    ...(notes === undefined ? [] : [[t('heritage.fact.notes'), notes] as [string, ReactNode]]),
  ]
  return (
    <section>
      <h3>{t('heritage.file')}</h3>
      <FactList facts={facts.map(([name, value]) => [name, value ?? t('heritage.fact.unknown')])} />
    </section>
  )
}
