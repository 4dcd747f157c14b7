import { useCommandWords } from '../command/words.ts'

/** What the bar and the detail can begin. */
export type Opener = 'acknowledge' | 'assign' | 'false_alarm' | 'shelve'
const OPENERS: readonly [Opener, string][] = [
  ['acknowledge', 'A'],
  ['assign', 'D'],
  ['false_alarm', 'X'],
  ['shelve', 'S'],
]

interface BulkBarProps {
  count: number
  /** Rows of the list, of which all can be taken. */
  rows: number
  mayAct: boolean
  onOpen: (opener: Opener) => void
  onPickAll: () => void
  onUnpick: () => void
}

/** How many are picked, and what can be done to all of them. */
export function BulkBar({ count, rows, mayAct, onOpen, onPickAll, onUnpick }: BulkBarProps) {
  const { t } = useCommandWords()
  return (
    <div className="bulk" role="toolbar" aria-label={t('command.picked', { count })}>
      <b>{t('command.picked', { count })}</b>
      {mayAct &&
        OPENERS.map(([opener, shown]) => (
          <button key={opener} type="button" onClick={() => onOpen(opener)}>
            {t(`command.act.${opener}`)} <kbd>{shown}</kbd>
          </button>
        ))}
      <span className="grow" />
      {count < rows && (
        <button type="button" className="plain" onClick={onPickAll}>
          {t('command.pickAll', { count: rows })}
        </button>
      )}
      <button type="button" className="plain" onClick={onUnpick}>
        {t('command.unpick')}
      </button>
    </div>
  )
}
