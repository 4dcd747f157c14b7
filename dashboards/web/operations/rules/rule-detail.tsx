import { useState } from 'react'
import type { RuleDetailView } from '../../../contract.ts'
import { type Fact, FactList } from '../../shell/facts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { DrawerHead } from '../drawer-head.tsx'
import { Empty } from '../empty.tsx'
import { Failed } from '../failed.tsx'
import { Scroll } from '../scroll.tsx'
import { type OperationsTranslate, useOperationsWords, wordOf } from '../words.ts'
import { BacktestPanel } from './backtest-panel.tsx'
import { RuleEditor } from './rule-editor.tsx'
import type { RuleRow } from './rule-rows.ts'
import { RuleVersions } from './rule-versions.tsx'

interface RuleDetailProps {
  calls: OperationsCalls
  id: string
  row: RuleRow | undefined
  isAdmin: boolean
  isEditing: boolean
  /** Changes when somebody here changed a rule. */
  version: number
  times: Times
  clockOffsetMs: number
  onEdit: (isEditing: boolean) => void
  onSaved: (id: string | null) => void
  onClose: () => void
}

/** One rule: what it says, how it is doing, its versions, and changing it. */
export function RuleDetail(props: RuleDetailProps) {
  const { calls, id, row, isAdmin, isEditing, version, times, clockOffsetMs, onEdit, onSaved, onClose } = props
  const { t, language } = useOperationsWords()
  const [loaded, retry] = useLoaded(id, `${version} ${row?.rule.version} ${row?.rule.state}`, () => calls.rule(id))
  const [isRemoving, setRemoving] = useState(false)
  const act = useAct()
  if (loaded.state !== 'ready')
    return (
      <section className="card drawer is-wide" aria-label={id}>
        <DrawerHead title={id} onClose={onClose} />
        <Empty loaded={loaded} onRetry={retry} />
      </section>
    )
  const rule = loaded.value
  if (isEditing && isAdmin)
    return <RuleEditor {...{ calls, times, clockOffsetMs, onSaved }} rule={rule} onClose={() => onEdit(false)} />
  const isOn = rule.state === 'active'
  const toggle = () =>
    void act
      .run(() => calls.saveRule(id, { ...rule.spec, enabled: !isOn }, rule.version))
      .then((isDone) => isDone && onSaved(id))
  const remove = () =>
    void act
      .run(() => calls.removeRule(id, rule.version))
      .then((isDone) => isDone && onSaved(rule.overrides ? id : null))
  return (
    <section className="card drawer is-wide" aria-label={t('operations.ruleDetail', { id })}>
      <DrawerHead title={rule.title[language]} onClose={onClose}>
        {isAdmin && (
          <>
            {rule.state !== 'faulty' && (
              <button type="button" disabled={act.isBusy} onClick={toggle}>
                {t(isOn ? 'operations.switchOff' : 'operations.switchOn')}
              </button>
            )}
            <button type="button" className="primary" onClick={() => onEdit(true)}>
              {t('operations.edit')} <kbd>E</kbd>
            </button>
          </>
        )}
      </DrawerHead>
      <div className="drawer-body">
        <Failed why={act.failure} />
        {rule.faults.map(({ file, line, column, message }) => (
          <p key={`${file} ${line} ${column} ${message}`} className="refused-note" role="alert">
            {file}:{line}:{column} {message}
          </p>
        ))}
        <FactList facts={factsOf(rule, row, times, t)} />
        {rule.source !== 'own' && <p className="fine">{t('operations.fileManaged')}</p>}
        {!isAdmin && <p className="fine">{t('operations.forAdmins')}</p>}
        <h3>{t('operations.ruleText')}</h3>
        <Scroll label={t('operations.ruleText')} className="code">
          <pre>{rule.yaml}</pre>
        </Scroll>
        {isAdmin && (
          <BacktestPanel {...{ calls, times, clockOffsetMs }} text={rule.yaml} isRight={rule.state !== 'faulty'} />
        )}
        <RuleVersions {...{ calls, id, isAdmin, times }} newest={rule.version} onSaved={() => onSaved(id)} />
        {isAdmin && rule.source === 'own' && (
          <div className="form-buttons">
            {isRemoving && (
              <button type="button" onClick={() => setRemoving(false)}>
                {t('action.cancel')}
              </button>
            )}
            <button
              type="button"
              className="is-danger"
              disabled={act.isBusy}
              onClick={() => (isRemoving ? remove() : setRemoving(true))}
            >
              {t(isRemoving ? 'operations.removeSure' : rule.overrides ? 'operations.removeOver' : 'operations.remove')}
            </button>
          </div>
        )}
      </div>
    </section>
  )
}

function factsOf(rule: RuleDetailView, row: RuleRow | undefined, times: Times, t: OperationsTranslate): Fact[] {
  const { id, kind, source, path, overrides, changedAt, changedBy = '' } = rule
  const joined = (...words: (string | undefined | false)[]) => words.filter(Boolean).join(' · ')
  const health = row && t(`operations.health.${row.health}`)
  const firing = row && row.firing > 0 && t('operations.firing', { count: row.firing })
  const judgedMs = row?.judgedMs ?? null
  return [
    [t('operations.ruleColumn.id'), id],
    [t('operations.ruleColumn.health'), joined(health ?? '–', firing)],
    [t('operations.ruleColumn.kind'), wordOf('kind', kind, t)],
    [t('operations.ruleColumn.hits'), row?.hits ?? '–'],
    [t('operations.ruleColumn.judged'), judgedMs === null ? '–' : times.full(judgedMs)],
    [
      t('operations.ruleColumn.source'),
      joined(t(`operations.source.${source}`), path, overrides && t('operations.overrides')),
    ],
    [
      t('operations.ruleColumn.changed'),
      changedAt === undefined ? '–' : `${times.full(Date.parse(changedAt))} · ${changedBy}`,
    ],
  ]
}
