import type { ReachView } from '../../contract.ts'
import type { FindingFilter } from './scope.ts'
import { classWords, useRiverWords } from './words.ts'

interface FilterBarProps {
  filter: FindingFilter
  /** Classes that there are. */
  labels: string[]
  /** Reaches to choose from; none where all are of one. */
  reaches: ReachView[]
  onFilter: (filter: FindingFilter) => void
}

const REVIEWS = ['undecided', 'confirmed', 'rejected', 'duplicate', 'not_ours', 'disputed'] as const

/** Which findings are in the list: by state, class, presence and reach. */
export function FilterBar({ filter, labels, reaches, onFilter }: FilterBarProps) {
  const { t, language } = useRiverWords()
  const change = (name: keyof FindingFilter) => (value: string) => {
    const { [name]: _, ...rest } = filter
    onFilter((value === '' ? rest : { ...rest, [name]: value }) as FindingFilter)
  }
  const known = [...new Set([...labels, ...(filter.label === undefined ? [] : [filter.label])])]
  return (
    <div className="filter-bar">
      <Choice
        name={t('river.filter.review')}
        value={filter.review}
        options={REVIEWS.map((review) => [review, t(`river.review.${review}`)])}
        onChange={change('review')}
      />
      <Choice
        name={t('river.filter.label')}
        value={filter.label}
        options={known.map((label) => [label, classWords(label, t)])}
        onChange={change('label')}
      />
      <Choice
        name={t('river.filter.presence')}
        value={filter.presence}
        options={(['present', 'gone'] as const).map((one) => [one, t(`river.presence.${one}`)])}
        onChange={change('presence')}
      />
      {reaches.length > 1 && (
        <Choice
          name={t('river.filter.reach')}
          value={filter.reach}
          options={reaches.map(({ id, name, nameEn }) => [id, language === 'en' ? (nameEn ?? name) : name])}
          onChange={change('reach')}
        />
      )}
    </div>
  )
}

interface ChoiceProps {
  name: string
  value: string | undefined
  options: [value: string, word: string][]
  onChange: (value: string) => void
}

function Choice({ name, value = '', options, onChange }: ChoiceProps) {
  const { t } = useRiverWords()
  return (
    <label className={value === '' ? 'choice' : 'choice is-set'}>
      <span>{name}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('river.filter.any')}</option>
        {options.map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </select>
    </label>
  )
}
