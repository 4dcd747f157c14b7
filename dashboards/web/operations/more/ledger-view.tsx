import { useState } from 'react'
import type { CheckpointView } from '../../../contract.ts'
import { ApiFailure } from '../../http.ts'
import { FactList } from '../../shell/facts.tsx'
import { useAct } from '../../shell/use-act.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { Failed } from '../failed.tsx'
import { Scroll } from '../scroll.tsx'
import { usePolled } from '../use-polled.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { useOperationsWords } from '../words.ts'

const LISTED = 100

/** What the ledger has signed: its newest checkpoint, the ones before, who counter-signed, and how to verify. */
export function LedgerView({ calls, times, refresh }: ViewProps) {
  const { t } = useOperationsWords()
  const [loaded, retry] = usePolled('ledger', 15_000, refresh, async () => {
    const [checkpoints, keys, ready] = await Promise.all([
      calls.checkpoints().catch(noneYet),
      calls.keys(),
      calls.ready(),
    ])
    return { checkpoints, keys, bent: ready.reasons.find(({ code }) => code === 'ledger_bent') }
  })
  useViewKeys(t('operations.view.ledger'), { escape: () => letGo() })
  if (loaded.state !== 'ready') return <Empty loaded={loaded} onRetry={retry} />
  const { checkpoints, keys, bent } = loaded.value
  const [newest] = checkpoints
  return (
    <div className="columns">
      {bent !== undefined && (
        <p className="refused-note" role="alert">
          {bent.message}
        </p>
      )}
      <section className="card" aria-label={t('operations.ledger.newest')}>
        <header>
          <h2>{t('operations.ledger.newest')}</h2>
        </header>
        <div className="card-body">
          {newest === undefined ? (
            <p className="nothing">{t('operations.ledger.none')}</p>
          ) : (
            <>
              <FactList
                facts={[
                  [t('operations.ledger.size'), newest.size],
                  [t('operations.ledger.at'), times.full(Date.parse(newest.at))],
                  [t('operations.ledger.root'), <code key="root">{newest.rootHash}</code>],
                  [t('operations.ledger.signedBy'), newest.signedBy.join(' · ')],
                ]}
              />
              <Note note={newest.note} />
              <Consistency calls={calls} checkpoints={checkpoints} />
            </>
          )}
          <h3>{t('operations.ledger.keys')}</h3>
          <ul className="key-list">
            {keys.items.map(({ verifier }) => (
              <li key={verifier}>
                <code>{verifier}</code>
              </li>
            ))}
          </ul>
          <p className="fine">{t('operations.ledger.about')}</p>
          <pre className="code">
            {'huying ledger verify ./data --key "'}
            {keys.items[0]?.verifier}
            {'"'}
          </pre>
        </div>
      </section>
      <section className="card" aria-label={t('operations.ledger.list')}>
        <header>
          <h2>{t('operations.ledger.list')}</h2>
          <span className="tag">{checkpoints.length}</span>
        </header>
        <Scroll label={t('operations.ledger.list')}>
          <table className="plain">
            <thead>
              <tr>
                <th className="is-number">{t('operations.ledger.size')}</th>
                <th>{t('operations.ledger.at')}</th>
                <th>{t('operations.ledger.signedBy')}</th>
                <th className="not-narrow">{t('operations.ledger.root')}</th>
              </tr>
            </thead>
            <tbody>
              {checkpoints.slice(0, LISTED).map(({ size, at, signedBy, rootHash }) => (
                <tr key={size}>
                  <td className="is-number">{size}</td>
                  <td>{times.full(Date.parse(at))}</td>
                  <td>{signedBy.length}</td>
                  <td className="not-narrow">
                    <code>{rootHash.slice(0, 24)}…</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
    </div>
  )
}

function noneYet(thrown: unknown): CheckpointView[] {
  if (thrown instanceof ApiFailure && thrown.status === 404) return []
  throw thrown
}

function Note({ note }: { note: string }) {
  const { t } = useOperationsWords()
  return (
    <details>
      <summary>{t('operations.ledger.note')}</summary>
      <pre className="code">{note}</pre>
    </details>
  )
}

/** Asks for the proof that what was signed first still stands unchanged under what was signed last. */
function Consistency({ calls, checkpoints }: { calls: OperationsCalls; checkpoints: CheckpointView[] }) {
  const { t } = useOperationsWords()
  const act = useAct()
  const [proof, setProof] = useState<{ from: number; to: number; path: string[] } | null>(null)
  const [newest, oldest] = [checkpoints[0]!, checkpoints.at(-1)!]
  if (newest.size === oldest.size) return null
  return (
    <div className="with-switch is-wrapping">
      <button
        type="button"
        disabled={act.isBusy}
        onClick={() => void act.run(async () => setProof(await calls.consistency(oldest.size, newest.size)))}
      >
        {t('operations.ledger.prove')}
      </button>
      {proof !== null && (
        <span role="status">
          {t('operations.ledger.proof', { from: proof.from, to: proof.to, count: proof.path.length })}
        </span>
      )}
      <Failed why={act.failure} />
    </div>
  )
}
