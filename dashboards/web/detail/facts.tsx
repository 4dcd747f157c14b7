import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { FALSE_ALARM_REASONS } from '../../../core/alert-hands.ts'
import type { AlertView, QuietView } from '../../../core/alert-view.ts'
import { CATEGORIES } from '../../../core/category.ts'
import type { ResponseTimes } from '../../../core/response-times.ts'
import type { AlertStepView, DeviceView } from '../../contract.ts'
import type { Deliveries } from '../command/use-deliveries.ts'
import { useCommandWords } from '../command/words.ts'
import { deadlineOf } from '../live/deadline.ts'
import { FactList } from '../shell/facts.tsx'
import { durationWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import type { Language } from '../words/words.ts'
import { deliveryFacts } from './delivery-facts.ts'
import { Repeats } from './repeats-line.tsx'
import { RuleLink } from './rule-link.tsx'

interface FactsProps {
  alert: AlertView
  device: DeviceView | undefined
  times: Times
  nowMs: number
  deliveries: Deliveries
  respondWithinS: ResponseTimes
  /** What happened to it, as far as it is known. */
  steps: readonly AlertStepView[]
}

type T = ReturnType<typeof useCommandWords>['t']

/** Of a hash, enough to tell two versions apart. */
const VERSION_SIGNS = 8

/** Where, what, when, how often. */
export function Facts({ alert, device, times, nowMs, deliveries, respondWithinS, steps }: FactsProps) {
  const { t, language } = useCommandWords()
  const { subject } = alert
  const category = CATEGORIES[alert.category as keyof typeof CATEGORIES]?.[language] ?? alert.category
  const facts: [string, ReactNode][] = [
    [t('detail.level'), t(`levelRoman.${alert.level}`)],
    [t('detail.place'), alert.place ?? subject.place ?? device?.place ?? positionWords(alert) ?? t('detail.unknown')],
    [t('detail.device'), deviceWords(alert, device, t)],
    ...houseFacts(alert, device, t),
    [t('detail.rule'), <RuleLink key="rule" alert={alert} />],
    ...(alert.ruleVersion === undefined
      ? []
      : [[t('command.fact.version'), alert.ruleVersion.slice(0, VERSION_SIGNS)] as [string, ReactNode]]),
    [t('detail.category'), category],
    [t('detail.raised'), times.short(Date.parse(alert.raisedAt), nowMs)],
    [t('detail.last'), times.short(Date.parse(alert.lastAt), nowMs)],
    [t('detail.occurrences'), <Repeats key="repeats" {...{ alert, steps, nowMs }} />],
  ]
  const due = dueWords(alert, respondWithinS, times, nowMs, t)
  if (due !== null) facts.push([t('command.fact.due'), due])
  if (alert.clearedAt !== undefined) facts.push([t('detail.cleared'), times.short(Date.parse(alert.clearedAt), nowMs)])
  facts.push(...handsFacts(alert, t, language, (at) => times.short(Date.parse(at), nowMs)))
  for (const words of deliveryFacts(alert, deliveries, t, nowMs)) facts.push([t('command.fact.delivery'), words])
  const { quiet, group } = alert
  if (quiet) facts.push([t('detail.quiet'), quietWords(quiet, t(`quiet.${quiet.gate}`), times, nowMs)])
  if (group) facts.push([t('detail.group'), group.size])
  return <FactList facts={facts} />
}

/** The file of the house that it is about, or that its device stands in. */
function houseFacts({ subject }: AlertView, device: DeviceView | undefined, t: T): [string, ReactNode][] {
  const house = subject.building ?? device?.building
  if (house === undefined) return []
  const file = `/heritage#house=${encodeURIComponent(house)}`
  return [
    [
      t('command.fact.house'),
      <Link key="house" href={file}>
        {t('command.fact.houseFile', { house })}
      </Link>,
    ],
  ]
}

/** By when somebody has to act, and how long that is; null where nothing is asked any more. */
function dueWords(alert: AlertView, respondWithinS: ResponseTimes, times: Times, nowMs: number, t: T): string | null {
  const dueMs = deadlineOf(alert, respondWithinS)
  if (dueMs === null) return null
  const at = times.short(dueMs, nowMs)
  const lasts = durationWords(Math.abs(dueMs - nowMs) / 1000, t)
  return t(dueMs < nowMs ? 'command.due.late' : 'command.due.left', { at, lasts })
}

/** Whose it is, and what people said of it. */
function handsFacts(alert: AlertView, t: T, language: Language, timeOf: (at: string) => string): [string, string][] {
  const { area, department, acknowledgedBy, acknowledgedAt, assigned, handedOver, falseAlarm, shelf } = alert
  const facts: [string, string][] = []
  const say = (key: Parameters<T>[0], ...words: (string | undefined)[]) => {
    const told = words.filter(Boolean).join(' · ')
    if (told !== '') facts.push([t(key), told])
  }
  say('command.fact.area', area?.community, area?.grid, area?.reach)
  say('command.fact.department', department)
  if (acknowledgedBy !== undefined)
    say('command.fact.acknowledged', acknowledgedBy, acknowledgedAt && timeOf(acknowledgedAt))
  if (assigned) say('command.fact.assigned', ...Object.values(assigned.to), `${assigned.by} ${timeOf(assigned.at)}`)
  if (handedOver)
    say(
      'command.fact.handedOver',
      `${handedOver.system} ${handedOver.number}`,
      `${handedOver.by} ${timeOf(handedOver.at)}`,
    )
  if (falseAlarm) say('command.fact.falseAlarm', FALSE_ALARM_REASONS[falseAlarm.reason][language], falseAlarm.by)
  if (shelf) say('command.fact.shelf', timeOf(shelf.until), shelf.by, shelf.reason)
  return facts
}

function quietWords({ by, until }: QuietView, gate: string, times: Times, nowMs: number): string {
  const end = until === undefined ? [] : [`→ ${times.short(Date.parse(until), nowMs)}`]
  return [gate, by, ...end].join(' · ')
}

function positionWords({ position }: AlertView): string | undefined {
  return position === undefined ? undefined : `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`
}

function deviceWords(alert: AlertView, device: DeviceView | undefined, t: T): string {
  const id = alert.subject.device
  const name = alert.deviceName ?? device?.name
  const online = device?.online === undefined ? undefined : t(device.online ? 'detail.online' : 'detail.offline')
  const words = [name, id, online].filter((word) => word !== undefined)
  return words.length === 0 ? t('detail.unknown') : words.join(' · ')
}
