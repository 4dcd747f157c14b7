import { useState } from 'react'
import { METRICS } from '../../../../core/metrics.ts'
import type { PayloadVerdictView, PayloadView } from '../../../contract.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { formatQuantity } from '../../words/numbers.ts'
import { metricWords } from '../../words/reason-words.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { Failed } from '../failed.tsx'
import { usePoll } from '../use-poll.ts'
import { bytesWords, useOperationsWords, wordOf } from '../words.ts'

interface PayloadsTabProps {
  calls: OperationsCalls
  id: string
  times: Times
  nowMs: number
  mayOperate: boolean
}

/** What the device really said, each with what was made of it; and what would become of a payload. */
export function PayloadsTab({ calls, id, times, nowMs, mayOperate }: PayloadsTabProps) {
  const { t } = useOperationsWords()
  const [isHeld, setHeld] = useState(false)
  const beat = usePoll(2_000)
  const [heldBeat, setHeldBeat] = useState(0)
  const [loaded, retry] = useLoaded(id, isHeld ? heldBeat : beat, () =>
    mayOperate ? calls.payloads(id) : Promise.resolve([]),
  )
  if (!mayOperate) return <p className="nothing">{t('operations.payloads.forOperators')}</p>
  return (
    <>
      <div className="with-switch">
        <h3>{t('operations.payloads.title')}</h3>
        <span className="grow" />
        <button
          type="button"
          aria-pressed={isHeld}
          onClick={() => {
            setHeldBeat(beat)
            setHeld(!isHeld)
          }}
        >
          {t(isHeld ? 'operations.payloads.release' : 'operations.payloads.hold')}
        </button>
      </div>
      {loaded.state === 'ready' && loaded.value.length > 0 ? (
        <ol className="payloads">
          {loaded.value.map((payload, index) => (
            <Payload
              // biome-ignore lint/suspicious/noArrayIndexKey: the same may come twice at the same time
              key={`${payload.at} ${index}`}
              payload={payload}
              time={times.short(Date.parse(payload.at), nowMs)}
            />
          ))}
        </ol>
      ) : (
        <Empty loaded={loaded} onRetry={retry}>
          {t('operations.payloads.none')}
        </Empty>
      )}
      <Trial calls={calls} id={id} />
      <p className="fine">{t('operations.payloads.about')}</p>
    </>
  )
}

function Payload({ payload, time }: { payload: PayloadView; time: string }) {
  const { t } = useOperationsWords()
  const { channel, bytes, text, hex, whole, verdict } = payload
  const isRefused = verdict !== null && 'refused' in verdict
  return (
    <li className={isRefused ? 'payload is-refused' : 'payload'}>
      <p className="payload-head">
        <time>{time}</time>
        <span className="tag">{wordOf('channel', channel, t)}</span>
        <span>{bytesWords(bytes)}</span>
        <span className="grow" />
        <b className={isRefused ? 'verdict is-refused' : 'verdict'}>
          {t(isRefused ? 'operations.payloads.refused' : 'operations.payloads.admitted')}
        </b>
      </p>
      <code>
        {text ?? hex}
        {!whole && '…'}
      </code>
      {verdict !== null && <Verdict verdict={verdict} />}
    </li>
  )
}

function Verdict({ verdict }: { verdict: PayloadVerdictView }) {
  const { t, language } = useOperationsWords()
  if ('refused' in verdict)
    return (
      <p className="refusal-text">
        {wordOf('refusal', verdict.refused, t)}：{verdict.detail}
      </p>
    )
  return (
    <p className="samples">
      {verdict.messages.flatMap(({ samples }) =>
        samples.map(({ metric, at, value }) => (
          <span key={`${metric} ${at}`}>
            {metricWords(metric, language)} <b>{formatQuantity(value, METRICS[metric]?.unit)}</b>
          </span>
        )),
      )}
    </p>
  )
}

function Trial({ calls, id }: { calls: OperationsCalls; id: string }) {
  const { t } = useOperationsWords()
  const [text, setText] = useState('')
  const [verdict, setVerdict] = useState<PayloadVerdictView | null>(null)
  const act = useAct()
  return (
    <details className="trial">
      <summary>{t('operations.trial.title')}</summary>
      <label className="field">
        {t('operations.trial.label')}
        <textarea
          rows={3}
          className="code"
          spellCheck={false}
          value={text}
          placeholder={'{"values": {"temp_c": 21.5}}'}
          onChange={(event) => {
            setText(event.target.value)
            setVerdict(null)
          }}
        />
      </label>
      <button
        type="button"
        disabled={act.isBusy}
        onClick={() => void act.run(async () => setVerdict(await calls.tryPayload(id, text)))}
      >
        {t('operations.trial.run')}
      </button>
      <Failed why={act.failure} />
      {verdict !== null && (
        <div role="status">
          <b>{t('refused' in verdict ? 'operations.trial.refused' : 'operations.trial.admitted')}</b>
          <Verdict verdict={verdict} />
        </div>
      )}
    </details>
  )
}
