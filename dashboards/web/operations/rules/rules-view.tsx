import { useMemo, useState } from 'react'
import { stepFrom } from '../../shell/step-from.ts'
import { Filters } from '../choices.tsx'
import { Empty } from '../empty.tsx'
import { ListHead } from '../list-head.tsx'
import { usePolled } from '../use-polled.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { useOperationsWords } from '../words.ts'
import { RuleDetail } from './rule-detail.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { RuleList } from './rule-list.tsx'
import { chooseRules, countRules, RULE_FILTERS, type RuleFilter, toRuleRows } from './rule-rows.ts'

/** In the address in place of a rule's id: a rule that is not there yet. No rule can have it. */
const NEW = '+'

/** What is judged by: the rules, one of them from near, and changing it. */
export function RulesView(props: ViewProps) {
  const { calls, session, live, search, openId, onOpen, refresh, times } = props
  const { t } = useOperationsWords()
  const [changes, setChanges] = useState(0)
  const [loaded, retry] = usePolled('rules', 10_000, `${refresh} ${changes}`, async () => {
    const [rules, hearings, statistics] = await Promise.all([calls.rules(), calls.hearings(), calls.statistics()])
    return { rules, hearings, statistics }
  })
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<RuleFilter | null>(null)
  const [isEditing, setEditing] = useState(false)
  const isAdmin = session.rights === 'admin'
  const rows = useMemo(() => {
    if (loaded.state !== 'ready') return []
    const { rules, hearings, statistics } = loaded.value
    return toRuleRows({ rules: rules.items, hearings, statistics }, Date.now() + live.clockOffsetMs)
  }, [loaded, live.clockOffsetMs])
  const counts = useMemo(() => countRules(rows), [rows])
  const chosen = useMemo(() => chooseRules(rows, text, filter), [rows, text, filter])
  const faults = loaded.state === 'ready' ? loaded.value.rules.faults : []
  const open = (id: string | null) => {
    setEditing(false)
    onOpen(id)
  }
  const move = (by: number) => {
    const ids = chosen.map(({ id }) => id)
    const next = stepFrom(ids, openId, by)
    if (next !== undefined && !isEditing) open(next)
  }
  useViewKeys(t('operations.rules'), {
    next: () => move(1),
    previous: () => move(-1),
    first: () => move(-chosen.length),
    last: () => move(chosen.length),
    ...(isAdmin && { edit: () => openId !== null && setEditing(true) }),
    escape: () => letGo() || (isEditing ? setEditing(false) : open(null)),
  })
  const saved = (id: string | null) => {
    setChanges((count) => count + 1)
    setEditing(false)
    onOpen(id)
  }

  return (
    <div className={openId === null ? 'rules-view' : 'rules-view has-drawer'}>
      <section className="card rules-card" aria-label={t('operations.rules')}>
        <ListHead
          {...{ search, text }}
          title={t('operations.rules')}
          count={rows.length}
          searchLabel={t('operations.search.rule')}
          onText={setText}
        >
          <Filters
            of={RULE_FILTERS}
            chosen={filter}
            wordOf={(one) => `${t(`operations.ruleFilter.${one}`)} ${counts[one]}`}
            onChoose={setFilter}
          />
          <span className="grow" />
          {isAdmin && (
            <button type="button" onClick={() => open(NEW)}>
              {t('operations.newRule')}
            </button>
          )}
        </ListHead>
        {faults.length > 0 && (
          <p className="refused-note" role="alert">
            {t('operations.ruleFaults', { count: faults.length })} {faults[0]!.file}:{faults[0]!.line}{' '}
            {faults[0]!.message}
          </p>
        )}
        {loaded.state === 'ready' && chosen.length > 0 ? (
          <RuleList rows={chosen} selectedId={openId} onOpen={open} />
        ) : (
          <Empty loaded={loaded} onRetry={retry}>
            {t('operations.noMatch')}
          </Empty>
        )}
      </section>
      {openId === NEW && isAdmin && (
        <RuleEditor
          {...{ calls, times }}
          rule={null}
          clockOffsetMs={live.clockOffsetMs}
          onSaved={saved}
          onClose={() => open(null)}
        />
      )}
      {openId !== null && openId !== NEW && (
        <RuleDetail
          {...{ calls, isAdmin, times, isEditing }}
          key={openId}
          id={openId}
          row={rows.find(({ id }) => id === openId)}
          version={changes}
          clockOffsetMs={live.clockOffsetMs}
          onEdit={setEditing}
          onSaved={saved}
          onClose={() => open(null)}
        />
      )}
    </div>
  )
}
