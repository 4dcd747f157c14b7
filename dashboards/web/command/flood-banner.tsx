import { severityLevel } from '../../../core/severity.ts'
import type { AlertView, FloodBriefView } from '../../contract.ts'
import type { Talker } from '../live/talkers.ts'
import { Icon } from '../shell/icon.tsx'
import { SeverityMark } from '../shell/severity-mark.tsx'
import { floodGroupWords } from '../words/flood-words.ts'
import { formatNumber } from '../words/numbers.ts'
import type { Times } from '../words/times.ts'
import { useCommandWords } from './words.ts'

/** Groups that a line holds; the others are counted. */
const SHOWN = 4

interface FloodBannerProps {
  flood: FloodBriefView | null | undefined
  times: Times
  nowMs: number
  onSelect: (alertId: string) => void
  /** The loudest sources of what is open. */
  talkers: readonly Talker[]
  /** Absent for those who may not act. */
  onShelve: ((alerts: readonly AlertView[]) => void) | undefined
}

/** More alerts than a person can follow: how many, which came first, and what they have in common. */
export function FloodBanner({ flood, times, nowMs, onSelect, talkers, onShelve }: FloodBannerProps) {
  const { t, language } = useCommandWords()
  if (flood === null || flood === undefined) return null
  const { first, alerts, groups, groupsTotal, apartTotal } = flood
  const where = first.place ?? first.deviceName ?? first.subject.device
  const more = groupsTotal - Math.min(SHOWN, groups.length)
  return (
    <section className="flood" aria-label={t('flood.title')}>
      <b>{t('flood.title')}</b>
      <span>
        {t('flood.text', { alerts: formatNumber(alerts), since: times.short(Date.parse(flood.firstAt), nowMs) })}
      </span>
      <button type="button" className="flood-first" onClick={() => onSelect(first.alertId)}>
        <SeverityMark level={severityLevel(first.severity)} />
        {t('flood.first', { what: [first.ruleTitle[language], where].filter(Boolean).join(' · ') })}
      </button>
      {apartTotal > 0 && <span className="tag">{t('flood.apart', { count: formatNumber(apartTotal) })}</span>}
      {groups.slice(0, SHOWN).map((group) => (
        <span className="tag" key={`${group.cause.kind}|${group.cause.name}|${group.category}`}>
          <SeverityMark level={severityLevel(group.worst)} />
          {floodGroupWords(group, t, language)}
        </span>
      ))}
      {more > 0 && <span className="tag">{t('flood.more', { count: formatNumber(more) })}</span>}
      {onShelve && talkers.length > 0 && (
        <span className="talkers">
          {t('command.talkers')}
          {talkers.map(({ key, title, where, times: count, alerts }) => (
            <button key={key} type="button" onClick={() => onShelve(alerts)} title={t('command.talkers.shelve')}>
              <Icon name="clock" size={14} />
              {[title[language], where, `×${formatNumber(count)}`].filter(Boolean).join(' ')}
            </button>
          ))}
        </span>
      )}
    </section>
  )
}
