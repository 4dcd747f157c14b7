import type { RejectReason } from '../../../core/finding.ts'
import { Icon } from '../shell/icon.tsx'
import { CLASS_OF_DIGIT, REASON_OF_DIGIT } from './digits.ts'
import type { ReviewState } from './review-state.ts'
import { classWords, useRiverWords } from './words.ts'

export interface ReviewActs {
  confirm(): void
  askReason(): void
  reject(reason: RejectReason): void
  reclass(label: string): void
  later(): void
  undo(): void
  boxes(): void
  zoom(): void
  pair(): void
  redraw(): void
  cancel(): void
}

interface ReviewActionsProps {
  acts: ReviewActs
  mode: ReviewState['mode']
  /** Of what is selected. */
  label: string
  mayAct: boolean
  canUndo: boolean
  hasBoxes: boolean
  isZoomed: boolean
  isPair: boolean
}

/** Everything that can be done with a finding, each with its key. */
export function ReviewActions(props: ReviewActionsProps) {
  const { acts, mode, label, mayAct, canUndo, hasBoxes, isZoomed, isPair } = props
  const { t } = useRiverWords()
  const isRejecting = mode === 'rejecting'
  return (
    <div className={isRejecting ? 'review-actions is-rejecting' : 'review-actions'}>
      <button type="button" className="primary is-big" disabled={!mayAct} onClick={acts.confirm}>
        <Icon name="check" />
        {t('river.act.confirm')}
        <kbd>Y</kbd>
      </button>
      <button
        type="button"
        className="is-big is-reject"
        aria-pressed={isRejecting}
        disabled={!mayAct}
        onClick={acts.askReason}
      >
        <Icon name="close" />
        {t('river.act.reject')}
        <kbd>N</kbd>
      </button>
      <button type="button" onClick={acts.later}>
        {t('river.act.later')}
        <kbd>J</kbd>
      </button>
      <button type="button" disabled={!mayAct || !canUndo} onClick={acts.undo}>
        {t('river.act.undo')}
        <kbd>U</kbd>
      </button>
      <span className="action-gap" />
      <button type="button" aria-pressed={hasBoxes} onClick={acts.boxes}>
        {t('river.act.boxes')}
        <kbd>B</kbd>
      </button>
      <button type="button" className="not-on-phone" aria-pressed={isZoomed} onClick={acts.zoom}>
        {t('river.act.zoom')}
        <kbd>Z</kbd>
      </button>
      <button type="button" aria-pressed={isPair} onClick={acts.pair}>
        {t('river.act.pair')}
        <kbd>P</kbd>
      </button>
      <button type="button" className="not-on-phone" disabled={!mayAct || isPair} onClick={acts.redraw}>
        {t('river.act.redraw')}
        <kbd>R</kbd>
      </button>
      {isRejecting && <Reasons acts={acts} />}
      {!isRejecting && (
        <fieldset className="classes" disabled={!mayAct}>
          <legend className="hidden">{t('river.act.class')}</legend>
          {CLASS_OF_DIGIT.map((one, i) => (
            <button key={one} type="button" aria-pressed={one === label} onClick={() => acts.reclass(one)}>
              <kbd>{i + 1}</kbd>
              {classWords(one, t)}
            </button>
          ))}
        </fieldset>
      )}
      {!mayAct && <p className="fine">{t('river.act.view')}</p>}
    </div>
  )
}

/** Why it is none: one more key. */
function Reasons({ acts }: { acts: ReviewActs }) {
  const { t } = useRiverWords()
  return (
    <fieldset className="reasons">
      <legend>{t('river.why')}</legend>
      {REASON_OF_DIGIT.map((reason, i) => (
        <button key={reason} type="button" onClick={() => acts.reject(reason)}>
          <kbd>{i + 1}</kbd>
          {t(`river.reason.${reason}`)}
        </button>
      ))}
      <button type="button" className="is-quiet" onClick={acts.cancel}>
        {t('river.act.cancel')}
        <kbd>Esc</kbd>
      </button>
    </fieldset>
  )
}
