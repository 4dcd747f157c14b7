import { useEffect, useMemo, useRef, useState } from 'react'
import type { RuleChangesView, RuleDetailView, RuleFaultView } from '../../../contract.ts'
import { ApiFailure } from '../../http.ts'
import { useAct } from '../../shell/use-act.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { DrawerHead } from '../drawer-head.tsx'
import { Failed } from '../failed.tsx'
import { useOperationsWords } from '../words.ts'
import { BacktestPanel } from './backtest-panel.tsx'
import { CodeField } from './code-field.tsx'
import { TextDiff } from './text-diff.tsx'

interface RuleEditorProps {
  calls: OperationsCalls
  /** Null: a new one. */
  rule: RuleDetailView | null
  times: Times
  clockOffsetMs: number
  onSaved: (id: string | null) => void
  onClose: () => void
}

type Check =
  | { state: 'checking' }
  | { state: 'right'; changes: RuleChangesView }
  | { state: 'wrong'; faults: RuleFaultView[]; message: string }

const CHECK_AFTER_MS = 400

/** A rule as text: checked while it is written, tried on the last day, and put in force. */
export function RuleEditor({ calls, rule, times, clockOffsetMs, onSaved, onClose }: RuleEditorProps) {
  const { t, language } = useOperationsWords()
  const [start] = useState(rule?.yaml ?? NEW_RULE)
  const [text, setText] = useState(start)
  const act = useAct()
  const check = useCheck(calls, text)
  const isChanged = text !== start
  const faults = check.state === 'wrong' ? check.faults : NONE
  const save = () =>
    void act.run(async () => onSaved((await calls.saveRule(rule?.id ?? null, text, rule?.version ?? 0)).id))
  const title = rule === null ? t('operations.newRule') : `${t('operations.edit')} · ${rule.title[language]}`
  return (
    <section className="card drawer is-wide" aria-label={title}>
      <DrawerHead title={title} onClose={onClose} />
      <div className="drawer-body">
        <CodeField value={text} faults={faults} label={t('operations.ruleText')} onChange={setText} />
        <CheckWords check={check} isChanged={isChanged} />
        <BacktestPanel {...{ calls, text, times, clockOffsetMs }} isRight={check.state === 'right'} />
        {isChanged && (
          <>
            <h3>{t('operations.changesHere')}</h3>
            <TextDiff before={start} after={text} label={t('operations.changesHere')} />
          </>
        )}
      </div>
      <div className="actions">
        <Failed why={act.failure} />
        <span className="fine">{t('operations.saveAbout')}</span>
        <span className="grow" />
        <button type="button" onClick={onClose}>
          {t('action.cancel')}
        </button>
        <button
          type="button"
          className="primary"
          disabled={!isChanged || check.state !== 'right' || act.isBusy}
          onClick={save}
        >
          {rule === null ? t('operations.saveNew') : t('operations.saveAs', { version: rule.version + 1 })}
        </button>
      </div>
    </section>
  )
}

const NONE: RuleFaultView[] = []

function CheckWords({ check, isChanged }: { check: Check; isChanged: boolean }) {
  const { t } = useOperationsWords()
  if (check.state === 'checking') return <p className="check-words">{t('operations.check.checking')}</p>
  if (check.state === 'right')
    return (
      <p className="check-words is-right" role="status">
        {isChanged ? t('operations.check.right', { count: check.changes.changes.length }) : t('operations.check.same')}
      </p>
    )
  return (
    <div className="check-words is-wrong" role="alert">
      {check.faults.length === 0 && <p>{check.message}</p>}
      <ol>
        {check.faults.map(({ file, line, column, message, pointer }) => (
          <li key={`${line} ${column} ${message}`}>
            <b>{file === 'body' ? t('operations.check.line', { line, column }) : `${file}:${line}:${column}`}</b>{' '}
            {message}
            {pointer !== undefined && <small> {pointer}</small>}
          </li>
        ))}
      </ol>
    </div>
  )
}

/** Asks the service what is wrong with a text, a moment after each change. */
function useCheck(calls: OperationsCalls, text: string): Check {
  const [check, setCheck] = useState<Check>({ state: 'checking' })
  const latest = useRef(text)
  const checker = useMemo(() => calls.checkRule, [calls])
  useEffect(() => {
    latest.current = text
    const show = (next: Check) => latest.current === text && setCheck(next)
    const timer = window.setTimeout(() => {
      checker(text).then(
        (changes) => show({ state: 'right', changes }),
        (thrown: unknown) =>
          show({ state: 'wrong', faults: faultsOf(thrown), message: String((thrown as Error).message) }),
      )
    }, CHECK_AFTER_MS)
    return () => window.clearTimeout(timer)
  }, [checker, text])
  return check
}

function faultsOf(thrown: unknown): RuleFaultView[] {
  const faults = thrown instanceof ApiFailure ? thrown.details.faults : undefined
  return Array.isArray(faults) ? (faults as RuleFaultView[]) : []
}

/** What a new one begins with. */
const NEW_RULE = `rules:
  - id: my-rule
    title: { zh: 温度过高, en: Temperature high }
    category: fire
    kind: threshold
    where: { type: smoke-detector, metric: temp_c }
    above: 60
    unit: °C
    onDelay: 30s
    severity: major
`
