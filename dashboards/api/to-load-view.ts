import type { AlertStatistics } from '../../core/alert-statistics.ts'
import type { Flood, FloodAlert, FloodGroup, FloodRecord, FloodState } from '../../core/flood.ts'
import type {
  AlertStatisticsView,
  FloodAlertView,
  FloodBriefView,
  FloodGroupView,
  FloodRecordView,
  FloodStateView,
} from '../contract.ts'
import { toIso } from './to-iso.ts'

/** Groups in a banner; the largest say what is going on. */
const BRIEF_GROUPS = 20

/** What the live feed tells of a flood every two seconds. */
export function toFloodBrief({
  id,
  firstAtMs,
  beganAtMs,
  first,
  raised,
  alerts,
  groups,
  apart,
}: Flood): FloodBriefView {
  return {
    id,
    firstAt: toIso(firstAtMs),
    beganAt: toIso(beganAtMs),
    first: toFloodAlert(first),
    raised,
    alerts,
    groups: groups.slice(0, BRIEF_GROUPS).map(toGroup),
    groupsTotal: groups.length,
    apartTotal: apart.length,
  }
}

/** All of it, with at most `limit` alerts in each list. */
export function toFloodState({ limits, newInWindow, flood, over }: FloodState, limit: number): FloodStateView {
  return {
    limits,
    newInWindow,
    flood: flood && {
      ...toFloodBrief(flood),
      groups: flood.groups.map(toGroup),
      order: flood.order.slice(0, limit).map(toFloodAlert),
      apart: flood.apart.slice(0, limit).map(toFloodAlert),
    },
    over: over.slice(0, limit).map(toRecord),
  }
}

function toFloodAlert({ isApart, isOpen, raisedAtMs, newestAtMs, ...rest }: FloodAlert): FloodAlertView {
  return { ...rest, apart: isApart, open: isOpen, raisedAt: toIso(raisedAtMs), newestAt: toIso(newestAtMs) }
}

function toGroup({ newest, ...rest }: FloodGroup): FloodGroupView {
  return { ...rest, newest: { alertId: newest.alertId, at: toIso(newest.atMs) } }
}

function toRecord({ firstAtMs, beganAtMs, endedAtMs, first, ...rest }: FloodRecord): FloodRecordView {
  return {
    ...rest,
    first: toFloodAlert(first),
    firstAt: toIso(firstAtMs),
    beganAt: toIso(beganAtMs),
    endedAt: toIso(endedAtMs),
  }
}

export function toStatisticsView({ fromMs, toMs, chattering, stale, ...rest }: AlertStatistics): AlertStatisticsView {
  return {
    from: toIso(fromMs),
    to: toIso(toMs),
    ...rest,
    chattering: {
      count: chattering.count,
      items: chattering.items.map(({ lastAtMs, ...item }) => ({ ...item, lastAt: toIso(lastAtMs) })),
    },
    stale: {
      count: stale.count,
      items: stale.items.map(({ activeSinceMs, ...item }) => ({ ...item, activeSince: toIso(activeSinceMs) })),
    },
  }
}
