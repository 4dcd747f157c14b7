import type { ReactNode } from 'react'
import type { AlertView, QuietView } from '../../../core/alert-view.ts'
import { CATEGORIES } from '../../../core/category.ts'
import type { DeviceView } from '../../contract.ts'
import { useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'

interface FactsProps {
  alert: AlertView
  device: DeviceView | undefined
  times: Times
  nowMs: number
}

/** Where, what, when, how often. */
export function Facts({ alert, device, times, nowMs }: FactsProps) {
  const { t, language } = useWords()
  const { subject } = alert
  const category = CATEGORIES[alert.category as keyof typeof CATEGORIES]?.[language] ?? alert.category
  const facts: [string, ReactNode][] = [
    [t('detail.level'), t(`levelRoman.${alert.level}`)],
    [t('detail.place'), alert.place ?? subject.place ?? device?.place ?? positionWords(alert) ?? t('detail.unknown')],
    [t('detail.device'), deviceWords(alert, device, t)],
    [t('detail.rule'), `${alert.ruleTitle[language]} · ${alert.rule}`],
    [t('detail.category'), category],
    [t('detail.raised'), times.short(Date.parse(alert.raisedAt), nowMs)],
    [t('detail.last'), times.short(Date.parse(alert.lastAt), nowMs)],
    [t('detail.occurrences'), alert.occurrences],
  ]
  if (alert.clearedAt !== undefined) facts.push([t('detail.cleared'), times.short(Date.parse(alert.clearedAt), nowMs)])
  const { quiet, group } = alert
  if (quiet) facts.push([t('detail.quiet'), quietWords(quiet, t(`quiet.${quiet.gate}`), times, nowMs)])
  if (group) facts.push([t('detail.group'), group.size])
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function quietWords({ by, until }: QuietView, gate: string, times: Times, nowMs: number): string {
  const end = until === undefined ? [] : [`→ ${times.short(Date.parse(until), nowMs)}`]
  return [gate, by, ...end].join(' · ')
}

function positionWords({ position }: AlertView): string | undefined {
  return position === undefined ? undefined : `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`
}

function deviceWords(alert: AlertView, device: DeviceView | undefined, t: ReturnType<typeof useWords>['t']): string {
  const id = alert.subject.device
  const name = alert.deviceName ?? device?.name
  const online = device?.online === undefined ? undefined : t(device.online ? 'detail.online' : 'detail.offline')
  const words = [name, id, online].filter((word) => word !== undefined)
  return words.length === 0 ? t('detail.unknown') : words.join(' · ')
}
