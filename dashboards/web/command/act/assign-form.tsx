import { useId, useState } from 'react'
import { useCommandWords } from '../words.ts'
import { ActForm, type ActFormProps, CommentField, commentOf } from './act-form.tsx'

/** Names to choose from; others may be written. */
export interface Assignees {
  departments: readonly string[]
  grids: readonly string[]
  systems: readonly string[]
}

/** Whose it is to be: of this street, or a case of another system. */
export function AssignForm({
  alerts,
  assignees,
  submitWord,
  onAct,
  onCancel,
}: ActFormProps & { assignees: Assignees }) {
  const { t } = useCommandWords()
  const [isHandOver, setHandOver] = useState(false)
  const only = alerts.length === 1 ? alerts[0] : undefined
  const duty = new Set(alerts.map(({ department }) => department))
  const usual = duty.size === 1 ? ([...duty][0] ?? '') : ''
  const [department, setDepartment] = useState(only?.assigned?.to.department ?? usual)
  const [grid, setGrid] = useState(only?.assigned?.to.grid ?? '')
  const [person, setPerson] = useState(only?.assigned?.to.person ?? '')
  const [system, setSystem] = useState(only?.handedOver?.system ?? assignees.systems[0] ?? '')
  const [number, setNumber] = useState(only?.handedOver?.number ?? '')
  const [comment, setComment] = useState('')
  const to = filled({ department, grid, person })
  const external = { system: system.trim(), number: number.trim() }
  const isReady = isHandOver ? external.system !== '' && external.number !== '' : Object.keys(to).length > 0
  function send(): void {
    if (isHandOver) onAct({ type: 'hand_over', external, ...commentOf(comment) })
    else onAct({ type: 'assign', to, ...commentOf(comment) })
  }
  return (
    <ActForm
      submit={submitWord(t(isHandOver ? 'command.act.hand_over' : 'command.act.assign'))}
      isReady={isReady}
      onSubmit={send}
      onCancel={onCancel}
    >
      <div className="switch">
        <button type="button" aria-pressed={!isHandOver} onClick={() => setHandOver(false)}>
          {t('command.form.assign')}
        </button>
        <button type="button" aria-pressed={isHandOver} onClick={() => setHandOver(true)}>
          {t('command.form.handOver')}
        </button>
      </div>
      {isHandOver ? (
        <>
          <NameField name={t('command.form.system')} value={system} known={assignees.systems} onChange={setSystem} />
          <NameField name={t('command.form.number')} value={number} known={[]} onChange={setNumber} />
        </>
      ) : (
        <>
          <NameField
            name={t('command.form.department')}
            value={department}
            known={assignees.departments}
            onChange={setDepartment}
          />
          <NameField name={t('command.form.grid')} value={grid} known={assignees.grids} onChange={setGrid} />
          <NameField name={t('command.form.person')} value={person} known={[]} onChange={setPerson} />
        </>
      )}
      <CommentField value={comment} onChange={setComment} />
      {!isHandOver && alerts.some(({ assigned }) => assigned !== undefined) && (
        <button
          type="button"
          className="plain"
          onClick={() => onAct({ type: 'assign', to: null, ...commentOf(comment) })}
        >
          {t('command.form.takeBack')}
        </button>
      )}
    </ActForm>
  )
}

interface NameFieldProps {
  name: string
  value: string
  known: readonly string[]
  onChange: (value: string) => void
}

/** A name: one that is known, or another. */
function NameField({ name, value, known, onChange }: NameFieldProps) {
  const listId = useId()
  return (
    <label className="field">
      {name}
      <input value={value} maxLength={200} list={listId} onChange={(event) => onChange(event.target.value)} />
      <datalist id={listId}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  )
}

function filled(names: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => (name.trim() === '' ? [] : [[key, name.trim()]])),
  )
}
