import { useAct } from '../../shell/use-act.ts'
import type { OperationsCalls } from '../calls.ts'
import { Failed } from '../failed.tsx'
import { useOperationsWords } from '../words.ts'
import { forEachOf } from './mute-dialog.tsx'

interface BulkBarProps {
  calls: OperationsCalls
  count: number
  /** Those of them that are out of service. */
  outIds: readonly string[]
  onMute: () => void
  onPutBack: () => void
  onUnpick: () => void
}

/** What may be done with the devices that are picked. */
export function BulkBar({ calls, count, outIds, onMute, onPutBack, onUnpick }: BulkBarProps) {
  const { t } = useOperationsWords()
  const act = useAct()
  return (
    <div className="bulk">
      <b>{t('operations.picked', { count })}</b>
      <button type="button" onClick={onMute}>
        {t('operations.mute.title')}
      </button>
      {outIds.length > 0 && (
        <button
          type="button"
          disabled={act.isBusy}
          onClick={() => void act.run(() => forEachOf(outIds, calls.putBack)).then(onPutBack)}
        >
          {t('operations.putBack', { count: outIds.length })}
        </button>
      )}
      <button type="button" className="is-quiet" onClick={onUnpick}>
        {t('operations.unpick')}
      </button>
      <Failed why={act.failure} />
    </div>
  )
}
