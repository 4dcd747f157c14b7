import { useMemo, useState } from 'react'
import type { RuleVersionView } from '../../../contract.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { Failed } from '../failed.tsx'
import { useOperationsWords } from '../words.ts'
import { toSpecTexts } from './spec-text.ts'
import { TextDiff } from './text-diff.tsx'

interface RuleVersionsProps {
  calls: OperationsCalls
  id: string
  newest: number
  isAdmin: boolean
  times: Times
  onSaved: () => void
}

/** The versions of a rule, and where one of them differs from the one before it or from any other. */
export function RuleVersions({ calls, id, newest, isAdmin, times, onSaved }: RuleVersionsProps) {
  const { t } = useOperationsWords()
  const [loaded, retry] = useLoaded(id, newest, () => calls.versions(id))
  const [shown, setShown] = useState<number | null>(null)
  const [against, setAgainst] = useState<number | null>(null)
  const act = useAct()
  const versions = loaded.state === 'ready' ? loaded.value : NONE
  const pair = useMemo(() => pairOf(versions, shown, against), [versions, shown, against])
  const [before, after] = useMemo(() => toSpecTexts(pair.before?.spec, pair.after?.spec), [pair])
  if (loaded.state !== 'ready') return <Empty loaded={loaded} onRetry={retry} />
  return (
    <section>
      <h3>{t('operations.versions')}</h3>
      <ol className="versions">
        {versions.map(({ version, at, by, source, restored, spec }) => (
          <li key={version} className={version === pair.after?.version ? 'is-selected' : ''}>
            <button
              type="button"
              className="version"
              aria-pressed={version === pair.after?.version}
              onClick={() => {
                setShown(version)
                setAgainst(null)
              }}
            >
              v{version}
            </button>
            <span>
              <time>{times.full(Date.parse(at))}</time> · {by} · {t(`operations.versionSource.${source}`)}
              {restored !== undefined && ` v${restored}`}
              {spec === undefined && ` · ${t('operations.versionRemoved')}`}
            </span>
            {isAdmin && version !== newest && (
              <button
                type="button"
                disabled={act.isBusy}
                onClick={() =>
                  void act.run(() => calls.rollBack(id, version, newest)).then((isDone) => isDone && onSaved())
                }
              >
                {t('operations.rollBack')}
              </button>
            )}
          </li>
        ))}
      </ol>
      <Failed why={act.failure} />
      {pair.after !== undefined && versions.length > 1 && (
        <>
          <div className="with-switch">
            <h3>{t('operations.diff', { from: pair.before?.version ?? 0, to: pair.after.version })}</h3>
            <span className="grow" />
            <label className="choice">
              {t('operations.diffAgainst')}
              <select value={pair.before?.version ?? ''} onChange={(event) => setAgainst(Number(event.target.value))}>
                {versions
                  .filter(({ version }) => version !== pair.after?.version)
                  .map(({ version }) => (
                    <option key={version} value={version}>
                      v{version}
                    </option>
                  ))}
              </select>
            </label>
          </div>
          <TextDiff before={before} after={after} label={t('operations.versions')} />
        </>
      )}
    </section>
  )
}

const NONE: RuleVersionView[] = []

/** Newest first: what is shown is the newest unless another is asked for, and is held against the one before it. */
function pairOf(versions: readonly RuleVersionView[], shown: number | null, against: number | null) {
  const after = versions.find(({ version }) => version === shown) ?? versions[0]
  const older = versions.find(({ version }) => version < (after?.version ?? 0))
  const before = versions.find(({ version }) => version === against) ?? older
  return { before, after }
}
