import { useEffect, useRef } from 'react'
import { Scroll } from '../scroll.tsx'
import { spanWords, useOperationsWords, wordOf } from '../words.ts'
import type { RuleRow } from './rule-rows.ts'

interface RuleListProps {
  rows: readonly RuleRow[]
  selectedId: string | null
  onOpen: (id: string) => void
}

/** The rules, each with how it is doing. */
export function RuleList({ rows, selectedId, onOpen }: RuleListProps) {
  const { t, language } = useOperationsWords()
  const selected = useRef<HTMLTableRowElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new selection comes into sight
  useEffect(() => {
    // Newer browsers give a promise, which is no clean-up.
    selected.current?.scrollIntoView({ block: 'nearest' })
  }, [selectedId])
  return (
    <Scroll label={t('operations.rules')}>
      <table className="plain rule-table">
        <thead>
          <tr>
            <th>{t('operations.ruleColumn.rule')}</th>
            <th className="not-narrow not-beside">{t('operations.ruleColumn.kind')}</th>
            <th>{t('operations.ruleColumn.health')}</th>
            <th className="is-number">{t('operations.ruleColumn.hits')}</th>
            <th className="is-number not-narrow">{t('operations.ruleColumn.devices')}</th>
            <th className="is-number not-narrow">{t('operations.ruleColumn.judged')}</th>
            <th className="not-narrow not-beside">{t('operations.ruleColumn.owner')}</th>
            <th className="is-number">{t('operations.ruleColumn.version')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, rule, health, hits, falseAlarms, devices, firing, judgedMs }) => (
            <tr
              key={id}
              ref={id === selectedId ? selected : null}
              className={id === selectedId ? 'is-selected' : ''}
              onClick={() => onOpen(id)}
            >
              <td>
                <button type="button" className="rule-name" onClick={() => onOpen(id)}>
                  {rule.title[language]}
                </button>
                <small>{id}</small>
              </td>
              <td className="not-narrow not-beside">{wordOf('kind', rule.kind, t)}</td>
              <td>
                <i className={`state-mark is-${health}`} aria-hidden="true" /> {t(`operations.health.${health}`)}
              </td>
              <td className="is-number">
                {hits}
                {falseAlarms > 0 && <small>{t('operations.falseAlarms', { count: falseAlarms })}</small>}
                {firing > 0 && <small>{t('operations.firing', { count: firing })}</small>}
              </td>
              <td className="is-number not-narrow">{devices ?? '–'}</td>
              <td className="is-number not-narrow">{judgedMs === null ? '–' : spanWords(Date.now() - judgedMs, t)}</td>
              <td className="not-narrow not-beside">
                {rule.source === 'own' ? (rule.changedBy ?? '–') : t(`operations.source.${rule.source}`)}
              </td>
              <td className="is-number">v{rule.version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
