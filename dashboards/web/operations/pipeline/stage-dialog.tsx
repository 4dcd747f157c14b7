import { useMemo } from 'react'
import type { PipelineStage, PipelineView } from '../../../contract.ts'
import { ReadingChart } from '../../detail/reading-chart.tsx'
import { Dialog } from '../../shell/dialog.tsx'
import { FactList } from '../../shell/facts.tsx'
import type { Theme } from '../../shell/preferences.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import type { Times } from '../../words/times.ts'
import { writeHash } from '../address.ts'
import type { OperationsCalls } from '../calls.ts'
import { Failed } from '../failed.tsx'
import { useOperationsWords, wordOf } from '../words.ts'
import { loadTroubles } from './load-troubles.ts'
import { factNumber, stageLabel } from './stage-words.ts'

interface StageDialogProps {
  stage: PipelineStage
  pipeline: PipelineView
  calls: OperationsCalls
  isAdmin: boolean
  theme: Theme
  times: Times
  timeZone: string
  onClose: () => void
}

/** One stage: its last ten minutes, its numbers, and what went wrong last. */
export function StageDialog(props: StageDialogProps) {
  const { stage, pipeline, calls, isAdmin, theme, times, timeZone, onClose } = props
  const { t } = useOperationsWords()
  const found = pipeline.stages.find((one) => one.stage === stage)
  const [troubles] = useLoaded(stage, pipeline.at, () => loadTroubles(stage, calls, isAdmin))
  const series = useMemo(() => {
    const values = found?.recent ?? []
    const lastS = Date.parse(pipeline.at) / 1000
    return { atS: values.map((_, index) => lastS - (values.length - 1 - index) * pipeline.stepS), values: [...values] }
  }, [found, pipeline])
  if (found === undefined) return null
  const label = stageLabel(stage, found.value, t)
  return (
    <Dialog title={t(`operations.stage.${stage}`)} kind="is-wide stage-dialog" onClose={onClose}>
      <div className="dialog-body">
        <p>{t(`operations.about.${stage}`)}</p>
        <ReadingChart
          {...{ series, label, theme, timeZone }}
          limits={NONE}
          marks={NONE}
          unit={t(`operations.unit.${stage}`)}
        />
        <FactList
          facts={Object.entries(found.facts).map(([name, value]) => [
            t(`operations.fact.${name}` as never),
            factNumber(name, value),
          ])}
        />
        <h3>{t('operations.troubles')}</h3>
        <Failed why={troubles.state === 'failed' ? troubles.message : null} />
        {troubles.state === 'ready' && troubles.value.length === 0 && (
          <p className="fine">{t('operations.noTroubles')}</p>
        )}
        {troubles.state === 'ready' && (
          <ol className="troubles">
            {troubles.value.map(({ key, at, what, group, device, detail, count }) => (
              <li key={key}>
                <time>{at === undefined ? '–' : times.full(Date.parse(at))}</time>
                <span>
                  {device !== undefined && (
                    <>
                      <a href={writeHash({ view: 'devices', id: device })} onClick={onClose}>
                        {device}
                      </a>{' '}
                      ·{' '}
                    </>
                  )}
                  <b>{group === undefined ? what : wordOf(group, what, t)}</b>
                  {count !== undefined && ` ×${count}`}
                  <br />
                  <span className="detail-text">{detail}</span>
                </span>
              </li>
            ))}
          </ol>
        )}
        {!isAdmin && <p className="fine">{t('operations.logForAdmins')}</p>}
      </div>
    </Dialog>
  )
}

const NONE: never[] = []
