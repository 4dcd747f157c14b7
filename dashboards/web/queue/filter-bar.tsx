import { type RefObject, useState } from 'react'
import { CATEGORIES } from '../../../core/category.ts'
import { ActForm } from '../command/act/act-form.tsx'
import { useCommandWords } from '../command/words.ts'
import { type AlertFilter, isFiltered, NO_FILTER, SHOWS, type Show } from '../live/alert-filter.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Icon } from '../shell/icon.tsx'
import { loadViews, type SavedView, saveViews } from './saved-views.ts'

interface FilterBarProps {
  filter: AlertFilter
  search: RefObject<HTMLInputElement | null>
  onFilter: (change: Partial<AlertFilter>) => void
}

const SAVE = '+save'
const REMOVE = '+remove:'

/** The rest of the filter: words, part of the work, category; and filters that somebody keeps by a name. */
export function FilterBar({ filter, search, onFilter }: FilterBarProps) {
  const { t, language } = useCommandWords()
  const [views, setViews] = useState(loadViews)
  const [isNaming, setNaming] = useState(false)
  const keep = (next: SavedView[]) => {
    saveViews(next)
    setViews(next)
  }
  function choose(value: string): void {
    if (value === SAVE) setNaming(true)
    else if (value.startsWith(REMOVE)) keep(views.filter((view) => `${REMOVE}${view.name}` !== value))
    else onFilter(views.find((view) => view.name === value)?.filter ?? {})
  }
  return (
    <div className="filters">
      <input
        ref={search}
        type="search"
        aria-label={t('command.search')}
        placeholder={t('command.searchPlaceholder')}
        value={filter.text}
        maxLength={100}
        onChange={(event) => onFilter({ text: event.target.value })}
      />
      <select
        aria-label={t('command.show')}
        value={filter.show}
        onChange={(event) => onFilter({ show: event.target.value as Show })}
      >
        {SHOWS.map((show) => (
          <option key={show} value={show}>
            {t(`command.show.${show}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('command.category')}
        value={filter.category}
        onChange={(event) => onFilter({ category: event.target.value })}
      >
        <option value="">{t('command.everyCategory')}</option>
        {Object.entries(CATEGORIES).map(([category, words]) => (
          <option key={category} value={category}>
            {words[language]}
          </option>
        ))}
      </select>
      <select aria-label={t('command.views')} value="" onChange={(event) => choose(event.target.value)}>
        <option value="">{t('command.views')}</option>
        {views.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        {isFiltered(filter) && <option value={SAVE}>{t('command.view.save')}</option>}
        {views.map(({ name }) => (
          <option key={name} value={`${REMOVE}${name}`}>
            {t('command.view.remove', { name })}
          </option>
        ))}
      </select>
      {isFiltered(filter) && (
        <button
          type="button"
          className="icon"
          aria-label={t('command.clearFilter')}
          title={t('command.clearFilter')}
          onClick={() => onFilter({ ...NO_FILTER, sort: filter.sort })}
        >
          <Icon name="close" />
        </button>
      )}
      {isNaming && (
        <NameDialog
          onName={(name) => keep([...views.filter((view) => view.name !== name), { name, filter }])}
          onClose={() => setNaming(false)}
        />
      )}
    </div>
  )
}

const LONGEST_NAME = 40

function NameDialog({ onName, onClose }: { onName: (name: string) => void; onClose: () => void }) {
  const { t } = useCommandWords()
  const [name, setName] = useState('')
  function save(): void {
    onName(name.trim())
    onClose()
  }
  return (
    <Dialog title={t('command.views')} onClose={onClose}>
      <ActForm submit={t('command.view.keep')} isReady={name.trim() !== ''} onSubmit={save} onCancel={onClose}>
        <label className="field">
          {t('command.view.name')}
          <input value={name} maxLength={LONGEST_NAME} onChange={(event) => setName(event.target.value)} />
        </label>
      </ActForm>
    </Dialog>
  )
}
