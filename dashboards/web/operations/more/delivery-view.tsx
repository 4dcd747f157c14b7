import { useState } from 'react'
import type { OutputView } from '../../../contract.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { Failed } from '../failed.tsx'
import { Scroll } from '../scroll.tsx'
import { usePolled } from '../use-polled.ts'
import { letGo, useViewKeys } from '../view-keys.ts'
import type { ViewProps } from '../view-props.ts'
import { spanWords, useOperationsWords } from '../words.ts'

/** Who is told, and how far behind they are: subscribers of dispatch, outputs, and what was given up on. */
export function DeliveryView({ calls, session, times, refresh }: ViewProps) {
  const { t } = useOperationsWords()
  const [loaded, loadAgain] = usePolled('delivery', 5_000, refresh, async () => {
    const [subscribers, outputs] = await Promise.all([calls.subscribers(), calls.outputs()])
    return { subscribers, outputs }
  })
  const [openLetters, setOpenLetters] = useState<string | null>(null)
  const [asked, setAsked] = useState<string | null>(null)
  const act = useAct()
  useViewKeys(t('operations.view.delivery'), { escape: () => letGo() || setOpenLetters(null) })
  if (loaded.state !== 'ready') return <Empty loaded={loaded} onRetry={loadAgain} />
  const { subscribers, outputs } = loaded.value
  const isAdmin = session.rights === 'admin'
  const mayOperate = session.rights !== 'view'
  const forget = (name: string) => {
    if (asked !== name) return setAsked(name)
    setAsked(null)
    void act.run(() => calls.forgetSubscriber(name)).then(loadAgain)
  }
  return (
    <div className="columns">
      {act.failure !== null && (
        <p className="refused-note" role="alert">
          {t('operations.failed', { message: act.failure })}
        </p>
      )}
      <section className="card" aria-label={t('operations.subscribers')}>
        <header>
          <h2>{t('operations.subscribers')}</h2>
          <span className="tag">{subscribers.length}</span>
        </header>
        {subscribers.length === 0 ? (
          <p className="nothing">{t('operations.subscribers.none')}</p>
        ) : (
          <Scroll label={t('operations.subscribers')}>
            <table className="plain">
              <thead>
                <tr>
                  <th>{t('operations.subscribers.name')}</th>
                  <th className="is-number">{t('operations.subscribers.connected')}</th>
                  <th className="is-number">{t('operations.subscribers.lag')}</th>
                  <th className="is-number">{t('operations.subscribers.lagS')}</th>
                  <th className="is-number not-narrow">{t('operations.subscribers.cursor')}</th>
                  <th className="not-narrow">{t('operations.subscribers.seen')}</th>
                  <th className="not-narrow">{t('operations.subscribers.filters')}</th>
                  {isAdmin && <th />}
                </tr>
              </thead>
              <tbody>
                {subscribers.map(({ name, connected, lag, lagS, acknowledged, seenAt, filters }) => (
                  <tr key={name}>
                    <td>
                      <i className={`state-mark is-${connected > 0 ? 'online' : 'silent'}`} aria-hidden="true" /> {name}
                    </td>
                    <td className="is-number">{connected}</td>
                    <td className={lag > 0 ? 'is-number is-odd' : 'is-number'}>{lag}</td>
                    <td className="is-number">{lagS === null ? '–' : spanWords(lagS * 1000, t)}</td>
                    <td className="is-number not-narrow">{acknowledged}</td>
                    <td className="not-narrow">{seenAt === undefined ? '–' : times.full(Date.parse(seenAt))}</td>
                    <td className="not-narrow">
                      <code>{filters.map((one) => JSON.stringify(one)).join(' ') || '–'}</code>
                    </td>
                    {isAdmin && (
                      <td>
                        {connected === 0 && (
                          <button type="button" disabled={act.isBusy} onClick={() => forget(name)}>
                            {t(asked === name ? 'operations.subscribers.sure' : 'operations.subscribers.forget')}
                          </button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
      <section className="card" aria-label={t('operations.outputs')}>
        <header>
          <h2>{t('operations.outputs')}</h2>
          <span className="tag">{outputs.length}</span>
        </header>
        {outputs.length === 0 && <p className="nothing">{t('operations.outputs.none')}</p>}
        <ul className="outputs">
          {outputs.map((output) => (
            <Output
              key={output.name}
              {...{ output, times, mayOperate, calls }}
              isOpen={openLetters === output.name}
              onOpen={() => setOpenLetters(openLetters === output.name ? null : output.name)}
              onChanged={loadAgain}
            />
          ))}
        </ul>
      </section>
    </div>
  )
}

interface OutputProps {
  output: OutputView
  times: Times
  mayOperate: boolean
  calls: OperationsCalls
  isOpen: boolean
  onOpen: () => void
  onChanged: () => void
}

function Output({ output, times, mayOperate, calls, isOpen, onOpen, onChanged }: OutputProps) {
  const { t } = useOperationsWords()
  const act = useAct()
  const [said, setSaid] = useState<string | null>(null)
  const { name, kind, lag, delivered, retried, givenUp, deadLetters, failing, lastDeliveredAt } = output
  const test = () =>
    void act.run(() => calls.testOutput(name)).then((isDone) => setSaid(isDone ? t('operations.outputs.tested') : null))
  const replay = () =>
    void act.run(async () => {
      const { replaying } = await calls.replay(name)
      setSaid(t('operations.outputs.replaying', { count: replaying }))
      onChanged()
    })
  return (
    <li>
      <p className="output-head">
        <i className={`state-mark is-${failing === undefined ? 'online' : 'faulty'}`} aria-hidden="true" />
        <b>{name}</b> <span className="tag">{kind}</span>
        <span className="grow" />
        {mayOperate && (
          <button type="button" disabled={act.isBusy} onClick={test}>
            {t('operations.outputs.test')}
          </button>
        )}
        {deadLetters > 0 && (
          <button type="button" aria-expanded={isOpen} onClick={onOpen}>
            {t('operations.outputs.letters', { count: deadLetters })}
          </button>
        )}
        {mayOperate && deadLetters > 0 && (
          <button type="button" disabled={act.isBusy} onClick={replay}>
            {t('operations.outputs.replay')}
          </button>
        )}
      </p>
      <p className="fine">
        {t('operations.outputs.sum', { lag, delivered, retried, givenUp })}
        {lastDeliveredAt !== undefined &&
          ` · ${t('operations.outputs.last', { at: times.full(Date.parse(lastDeliveredAt)) })}`}
      </p>
      {failing !== undefined && (
        <p className="refused-note">
          {t('operations.outputs.failing', {
            since: times.full(Date.parse(failing.since)),
            reason: `${failing.code}: ${failing.reason}`,
          })}
        </p>
      )}
      {said !== null && <p role="status">{said}</p>}
      <Failed why={act.failure} />
      {isOpen && <Letters calls={calls} name={name} count={deadLetters} times={times} />}
    </li>
  )
}

function Letters({ calls, name, count, times }: { calls: OperationsCalls; name: string; count: number; times: Times }) {
  const [loaded, retry] = useLoaded(name, count, () => calls.deadLetters(name))
  if (loaded.state !== 'ready') return <Empty loaded={loaded} onRetry={retry} />
  return (
    <ol className="troubles">
      {loaded.value.slice(0, 100).map(({ id, alert, type, at, attempts, code, reason }) => (
        <li key={id}>
          <time>{times.full(Date.parse(at))}</time>
          <span>
            <b>{type}</b> · {alert} · ×{attempts}
            <br />
            <span className="detail-text">
              {code}: {reason}
            </span>
          </span>
        </li>
      ))}
    </ol>
  )
}
