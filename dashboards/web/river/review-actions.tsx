import type { ReactNode } from 'react'
import type { RejectReason } from '../../../core/finding.ts'
import type { FindingView } from '../../contract.ts'
import { Icon } from '../shell/icon.tsx'
import { CLASS_OF_DIGIT, OWNER_OF_DIGIT, REASON_OF_DIGIT } from './digits.ts'
import type { ReviewState } from './review-state.ts'
import { classWords, percent, placeWords, useRiverWords } from './words.ts'

export interface ReviewActs {
  confirm(): void
  askReason(): void
  reject(reason: RejectReason): void
  askDuplicate(): void
  duplicate(of: string): void
  askOwner(): void
  /** What is not ours: whose it is, in words. */
  disown(note: string): void
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
  /** What it may be the same as, for the digits. */
  candidates: FindingView[]
  mayAct: boolean
  canUndo: boolean
  hasBoxes: boolean
  isZoomed: boolean
  isPair: boolean
}

/** Everything that can be done with a finding, each with its key. */
export function ReviewActions(props: ReviewActionsProps) {
  const { acts, mode, label, candidates, mayAct, canUndo, hasBoxes, isZoomed, isPair } = props
  const { t } = useRiverWords()
  const isRejecting = mode === 'rejecting' || mode === 'duplicating' || mode === 'disowning'
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
      {mode === 'rejecting' && <Reasons acts={acts} />}
      {mode === 'duplicating' && <Duplicates {...{ acts, candidates }} />}
      {mode === 'disowning' && <Owners acts={acts} />}
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

interface ChoicesProps {
  legend: string
  /** One digit each. */
  choices: { key: string; words: string; choose: () => void }[]
  acts: ReviewActs
  children?: ReactNode
}

/** What a word needs besides: one more key. */
function Choices({ legend, choices, acts, children }: ChoicesProps) {
  const { t } = useRiverWords()
  return (
    <fieldset className="reasons">
      <legend>{legend}</legend>
      {choices.map(({ key, words, choose }, i) => (
        <button key={key} type="button" onClick={choose}>
          <kbd>{i + 1}</kbd>
          {words}
        </button>
      ))}
      {children}
      <button type="button" className="is-quiet" onClick={acts.cancel}>
        {t('river.act.cancel')}
        <kbd>Esc</kbd>
      </button>
    </fieldset>
  )
}

/** Why it is none, or why it is nobody's business here. */
function Reasons({ acts }: { acts: ReviewActs }) {
  const { t } = useRiverWords()
  const choices = REASON_OF_DIGIT.map((reason) => ({
    ...{ key: reason, words: t(`river.reason.${reason}`), choose: () => acts.reject(reason) },
  }))
  return (
    <Choices legend={t('river.why')} {...{ choices, acts }}>
      <button type="button" onClick={acts.askDuplicate}>
        {t('river.act.duplicate')}
        <kbd>D</kbd>
      </button>
      <button type="button" onClick={acts.askOwner}>
        {t('river.act.notOurs')}
        <kbd>O</kbd>
      </button>
    </Choices>
  )
}

function Duplicates({ acts, candidates }: Pick<ReviewActionsProps, 'acts' | 'candidates'>) {
  const { t } = useRiverWords()
  const choices = candidates.map(({ id, label, place, score }) => ({
    key: id,
    words: `${classWords(label, t)} ${placeWords(place, t)} ${percent(score)}`,
    choose: () => acts.duplicate(id),
  }))
  const legend = t(choices.length === 0 ? 'river.duplicate.none' : 'river.duplicate.of')
  return <Choices {...{ legend, choices, acts }} />
}

function Owners({ acts }: { acts: ReviewActs }) {
  const { t } = useRiverWords()
  const choices = OWNER_OF_DIGIT.map((owner) => {
    const words = t(`river.owner.${owner}`)
    return { key: owner, words, choose: () => acts.disown(words) }
  })
  return <Choices legend={t('river.owner')} {...{ choices, acts }} />
}
