import type { PipelineStage, PipelineView } from '../../../contract.ts'
import { useOperationsWords } from '../words.ts'
import { Sparkline } from './sparkline.tsx'
import { factNumber, stageNumber } from './stage-words.ts'

interface StageCardsProps {
  pipeline: PipelineView | null
  isStale: boolean
  onOpen: (stage: PipelineStage) => void
}

/** The way through the service, one card a stage. A click leads to what went wrong there last. */
export function StageCards({ pipeline, isStale, onOpen }: StageCardsProps) {
  const { t } = useOperationsWords()
  if (pipeline === null) return <div className="stages" role="status" aria-label={t('operations.loading')} />
  return (
    <section className={isStale ? 'stages is-stale' : 'stages'} aria-label={t('operations.stages')}>
      {pipeline.stages.map(({ stage, value, state, recent, facts }) => {
        const [fact] = Object.entries(facts)
        return (
          <button key={stage} type="button" className={`stage is-${state}`} onClick={() => onOpen(stage)}>
            <span className="stage-name">
              {t(`operations.stage.${stage}`)}
              {state !== 'ok' && <b className="stage-flag">{t(`operations.state.${state}`)}</b>}
            </span>
            <span className="stage-number">
              {stageNumber(stage, value)} <small>{t(`operations.unit.${stage}`)}</small>
            </span>
            <Sparkline values={recent} />
            <span className="stage-fact">
              {fact !== undefined && `${t(`operations.fact.${fact[0]}` as never)} ${factNumber(fact[0], fact[1])}`}
            </span>
          </button>
        )
      })}
    </section>
  )
}
