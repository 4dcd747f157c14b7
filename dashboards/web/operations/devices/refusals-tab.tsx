import { useLoaded } from '../../shell/use-loaded.ts'
import type { Times } from '../../words/times.ts'
import type { OperationsCalls } from '../calls.ts'
import { Empty } from '../empty.tsx'
import { useOperationsWords, wordOf } from '../words.ts'

interface RefusalsTabProps {
  calls: OperationsCalls
  id: string
  /** So many in all: it is asked for again when there are more. */
  refused: number
  times: Times
}

/** What of a device was turned away, how often, and why. */
export function RefusalsTab({ calls, id, refused, times }: RefusalsTabProps) {
  const { t } = useOperationsWords()
  const [loaded, retry] = useLoaded(id, refused, () => calls.refusals(id))
  if (loaded.state !== 'ready' || loaded.value.length === 0)
    return (
      <Empty loaded={loaded} onRetry={retry}>
        {t('operations.refusals.none')}
      </Empty>
    )
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('operations.refusals.reason')}</th>
          <th className="is-number">{t('operations.refusals.count')}</th>
          <th>{t('operations.refusals.last')}</th>
        </tr>
      </thead>
      <tbody>
        {loaded.value.map(({ reason, count, lastAt, lastDetail }) => (
          <tr key={reason}>
            <td>
              <b>{wordOf('refusal', reason, t)}</b>
              <small>{lastDetail}</small>
            </td>
            <td className="is-number">{count}</td>
            <td>
              <time>{times.full(Date.parse(lastAt))}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
