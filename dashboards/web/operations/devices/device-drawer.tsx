import { useEffect, useRef, useState } from 'react'
import { type Fact, FactList } from '../../shell/facts.tsx'
import type { PageProps } from '../../shell/page-props.ts'
import { useAct } from '../../shell/use-act.ts'
import type { OperationsCalls } from '../calls.ts'
import { DrawerHead } from '../drawer-head.tsx'
import { spanWords, typeWords, useOperationsWords } from '../words.ts'
import { CurvesTab } from './curves-tab.tsx'
import type { DeviceRow } from './device-rows.ts'
import { clockWords } from './device-table.tsx'
import { PayloadsTab } from './payloads-tab.tsx'
import { RefusalsTab } from './refusals-tab.tsx'
import { RegistryTab } from './registry-tab.tsx'

const TABS = ['payloads', 'refusals', 'curves', 'registry'] as const
type Tab = (typeof TABS)[number]

interface DeviceDrawerProps extends PageProps {
  calls: OperationsCalls
  id: string
  row: DeviceRow | undefined
  isMissing: boolean
  nowMs: number
  onMute: () => void
  onChanged: () => void
  onClose: () => void
}

/** One device from near: what it said, what was refused, its curves, what is known of it. */
export function DeviceDrawer(props: DeviceDrawerProps) {
  const { calls, id, row, isMissing, nowMs, session, theme, times, api, live, onMute, onChanged, onClose } = props
  const { t } = useOperationsWords()
  const [tab, setTab] = useState<Tab>('payloads')
  const panel = useRef<HTMLElement>(null)
  const putBack = useAct()
  const mayOperate = session.rights !== 'view'
  useEffect(() => {
    panel.current?.focus()
  }, [])
  return (
    <section ref={panel} className="card drawer" tabIndex={-1} aria-label={t('operations.drawer', { id })}>
      <DrawerHead title={id} onClose={onClose}>
        {mayOperate && row?.out === undefined && row !== undefined && (
          <button type="button" onClick={onMute}>
            {t('operations.mute.title')}
          </button>
        )}
        {mayOperate && row?.out !== undefined && (
          <button
            type="button"
            disabled={putBack.isBusy}
            onClick={() => void putBack.run(() => calls.putBack(id)).then(onChanged)}
          >
            {t('operations.putBackOne')}
          </button>
        )}
      </DrawerHead>
      {isMissing && <p className="nothing">{t('operations.noSuchDevice', { id })}</p>}
      {row !== undefined && <Facts row={row} nowMs={nowMs} until={row.out && times.full(Date.parse(row.out.until))} />}
      {row !== undefined && (
        <>
          <div className="tabs" role="tablist" aria-label={t('operations.drawer', { id })}>
            {TABS.map((one) => (
              <button
                key={one}
                type="button"
                role="tab"
                id={`drawer-${one}`}
                aria-selected={tab === one}
                aria-controls="drawer-panel"
                onClick={() => setTab(one)}
              >
                {t(`operations.tab.${one}`)}
                {one === 'refusals' && row.refused > 0 && <b className="count">{row.refused}</b>}
              </button>
            ))}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
          <div className="drawer-body" role="tabpanel" id="drawer-panel" aria-labelledby={`drawer-${tab}`} tabIndex={0}>
            {tab === 'payloads' && <PayloadsTab {...{ calls, id, times, nowMs, mayOperate }} />}
            {tab === 'refusals' && <RefusalsTab {...{ calls, id, times }} refused={row.refused} />}
            {tab === 'curves' && (
              <CurvesTab
                {...{ api, calls, id, theme }}
                timeZone={session.timeZone}
                clockOffsetMs={live.clockOffsetMs}
              />
            )}
            {tab === 'registry' && (
              <RegistryTab {...{ calls, times, onChanged }} device={row.device} isAdmin={session.rights === 'admin'} />
            )}
          </div>
        </>
      )}
    </section>
  )
}

function Facts({ row, nowMs, until }: { row: DeviceRow; nowMs: number; until: string | undefined }) {
  const { t, language } = useOperationsWords()
  const { device, state, lastSeenMs, batteryPct, rssiDbm, clockS, messagesPerMin, firmware, out } = row
  const facts: Fact[] = [
    [t('operations.column.type'), typeWords(device.type, language)],
    [t('operations.column.lastSeen'), lastSeenMs === null ? '–' : spanWords(nowMs - lastSeenMs, t)],
    [t('operations.column.battery'), batteryPct === null ? '–' : `${Math.round(batteryPct)}%`],
    [t('operations.column.rssi'), rssiDbm === null ? '–' : `${Math.round(rssiDbm)} dBm`],
    [t('operations.column.clock'), clockWords(clockS, t)],
    [t('operations.column.rate'), messagesPerMin === null ? '–' : String(Math.round(messagesPerMin))],
    [t('operations.column.firmware'), firmware ?? '–'],
  ]
  return (
    <div className="drawer-facts">
      <p>
        <i className={`state-mark is-${state}`} aria-hidden="true" /> <b>{t(`operations.presence.${state}`)}</b>
        {device.name !== undefined && <span lang="zh-CN"> · {device.name}</span>}
      </p>
      {out !== undefined && (
        <p className="out-note">{t('operations.outUntil', { until: until ?? '', by: out.by, reason: out.reason })}</p>
      )}
      <FactList facts={facts} className="brief-facts" />
    </div>
  )
}
