import { useEffect, useMemo, useRef, useState } from 'react'
import type { PipelineStage } from '../../contract.ts'
import type { PageProps } from '../shell/page-props.ts'
import { VIEWS, type View } from './address.ts'
import { createOperationsCalls } from './calls.ts'
import { DevicesView } from './devices/devices-view.tsx'
import { DeliveryView } from './more/delivery-view.tsx'
import { LedgerView } from './more/ledger-view.tsx'
import { LogView } from './more/log-view.tsx'
import { ModelsView } from './more/models-view.tsx'
import { SettingsView } from './more/settings-view.tsx'
import { StageCards } from './pipeline/stage-cards.tsx'
import { StageDialog } from './pipeline/stage-dialog.tsx'
import { RulesView } from './rules/rules-view.tsx'
import { useAddress } from './use-address.ts'
import { usePolled } from './use-polled.ts'
import { usePageKeys } from './view-keys.ts'
import type { ViewProps } from './view-props.ts'
import { useOperationsWords } from './words.ts'
import './operations.css'

const PIPELINE_EVERY_MS = 5_000

/** The service itself, for those who run it: its stages, devices, rules, models, ways out, ledger, log and settings. */
export default function OperationsPage(props: PageProps) {
  const { http, session, live, theme, times } = props
  const { t, language } = useOperationsWords()
  const calls = useMemo(() => createOperationsCalls(http), [http])
  const [{ view, id }, go] = useAddress()
  const [stage, setStage] = useState<PipelineStage | null>(null)
  const [wishes, setWishes] = useState(0)
  const refresh = `${wishes} ${live.snapshots}`
  const [pipeline] = usePolled('pipeline', PIPELINE_EVERY_MS, refresh, calls.pipeline)
  const search = useRef<HTMLInputElement>(null)
  const { title } = session
  useEffect(() => {
    document.title = `${t('operations.title')} · ${title[language]}`
  }, [t, title, language])
  const show = (next: View) => go({ view: next, id: null })
  usePageKeys({
    view: (key) => show(VIEWS[Number(key) - 1] ?? view),
    refresh: () => setWishes((count) => count + 1),
    search: () => search.current?.focus(),
  })
  const shared: ViewProps = {
    ...props,
    calls,
    search,
    refresh,
    openId: id,
    onOpen: (next: string | null) => go({ view, id: next }),
  }
  const shown = pipeline.state === 'ready' ? pipeline.value : null

  return (
    <main className={id === null ? 'operations' : 'operations is-open'}>
      <h1 className="hidden">{t('operations.title')}</h1>
      <StageCards pipeline={shown} isStale={live.link.state !== 'live'} onOpen={setStage} />
      <div className="tabs view-tabs" role="tablist" aria-label={t('operations.title')}>
        {VIEWS.map((one, index) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`view-${one}`}
            aria-selected={view === one}
            aria-controls="operations-view"
            onClick={() => show(one)}
          >
            {t(`operations.view.${one}`)} <kbd>{index + 1}</kbd>
          </button>
        ))}
      </div>
      <div className="operations-view" role="tabpanel" id="operations-view" aria-labelledby={`view-${view}`}>
        {view === 'devices' && <DevicesView {...shared} />}
        {view === 'rules' && <RulesView {...shared} />}
        {view === 'models' && <ModelsView {...shared} />}
        {view === 'delivery' && <DeliveryView {...shared} />}
        {view === 'ledger' && <LedgerView {...shared} />}
        {view === 'log' && <LogView {...shared} />}
        {view === 'settings' && <SettingsView {...shared} />}
      </div>
      {stage !== null && shown !== null && (
        <StageDialog
          {...{ stage, calls, theme, times }}
          pipeline={shown}
          isAdmin={session.rights === 'admin'}
          timeZone={session.timeZone}
          onClose={() => setStage(null)}
        />
      )}
    </main>
  )
}
