import type { AlertView } from '../../../core/alert-view.ts'
import type { FindingView, VerdictView } from '../../contract.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import { useSettled } from '../shell/use-steady.ts'
import { formatNumber } from '../words/numbers.ts'
import type { Times } from '../words/times.ts'
import type { RiverCalls } from './river-calls.ts'
import { classWords, placeWords, type RiverTranslate, useRiverWords } from './words.ts'

interface FindingFactsProps {
  calls: RiverCalls
  finding: FindingView
  /** As the service knows it: what was said there. */
  storedVerdicts: number
  alert: AlertView | undefined
  /** In the language of the page. */
  reachName: string | undefined
  times: Times
  nowMs: number
}

/** Who holds J passes by faster than this, milliseconds. */
const PASSING_MS = 80

/** What, where, how large, how often; who said what of it; and what dispatch knows. */
export function FindingFacts({ calls, finding, storedVerdicts, alert, reachName, times, nowMs }: FindingFactsProps) {
  const { t } = useRiverWords()
  const { id, label, modelLabel, place, presence, goneAt, disputed } = finding
  const asked = useSettled(id, PASSING_MS)
  const [detail] = useLoaded(asked, `${storedVerdicts} ${finding.sightings}`, () => calls.finding(asked))
  const known = detail.state === 'ready' && asked === id ? detail.value : null
  const at = (iso: string) => times.short(Date.parse(iso), nowMs)
  const facts = [
    ...sizeWords(finding, t),
    t('river.facts.seen', { sightings: finding.sightings, flights: known?.flights.length ?? 1 }),
    t('river.facts.first', { at: at(finding.firstAt) }),
    ...(presence === 'gone' && goneAt !== undefined ? [t('river.facts.gone', { at: at(goneAt) })] : []),
    ...(modelLabel === undefined ? [] : [t('river.facts.model', { what: classWords(modelLabel, t) })]),
  ]
  return (
    <div className="finding-facts">
      <p>
        <b>{classWords(label, t)}</b> {placeWords(place, t)}
        {reachName !== undefined && <span> · {reachName}</span>}
        {facts.map((fact) => (
          <span key={fact}> · {fact}</span>
        ))}
      </p>
      <p className="finding-said">
        <span className="tag">{alertWords(alert, t)}</span>
        {disputed && <span className="tag is-strong">{t('river.review.disputed')}</span>}
        {known !== null && <Verdicts verdicts={known.verdicts} t={t} at={at} />}
      </p>
    </div>
  )
}

/** The newest are read first; the rest is there to be asked for. */
function Verdicts({ verdicts, t, at }: { verdicts: VerdictView[]; t: RiverTranslate; at: (iso: string) => string }) {
  if (verdicts.length === 0) return <span>{t('river.facts.none')}</span>
  const said = verdicts.map((verdict) => ({
    key: `${verdict.at} ${verdict.by}`,
    words: t('river.facts.said', { by: verdict.by, word: verdictWords(verdict, t), at: at(verdict.at) }),
  }))
  return (
    <span className="verdicts" title={said.map(({ words }) => words).join('\n')}>
      {said
        .slice(-3)
        .reverse()
        .map(({ key, words }) => (
          <span key={key}>{words}</span>
        ))}
    </span>
  )
}

function verdictWords(verdict: VerdictView, t: RiverTranslate): string {
  if (verdict.verdict === 'rejected')
    return t('river.verdict.rejected', { reason: t(`river.reason.${verdict.reason}`) })
  if (verdict.verdict === 'reclassed') return t('river.verdict.reclassed', { what: classWords(verdict.label, t) })
  return t(`river.verdict.${verdict.verdict}`)
}

/** Areas are estimates: a difference of a tenth is none. */
const NOTABLE = 0.15

function sizeWords({ areaM2, growth }: FindingView, t: RiverTranslate): string[] {
  return [
    ...(areaM2 === undefined ? [] : [t('river.facts.area', { area: formatNumber(Math.round(areaM2 * 10) / 10) })]),
    ...(growth === undefined || Math.abs(growth - 1) < NOTABLE
      ? []
      : [t('river.facts.growth', { times: formatNumber(Math.round(growth * 10) / 10) })]),
  ]
}

function alertWords(alert: AlertView | undefined, t: RiverTranslate): string {
  if (alert === undefined) return t('river.alert.none')
  if (alert.handedOver !== undefined)
    return t('river.alert.handed', { id: `${alert.handedOver.system} ${alert.handedOver.number}` })
  if (alert.state === 'cleared') return t('river.alert.cleared')
  if (alert.acknowledged) return t('river.alert.acknowledged')
  return t(alert.quiet === undefined && alert.announced !== false ? 'river.alert.open' : 'river.alert.quiet')
}
