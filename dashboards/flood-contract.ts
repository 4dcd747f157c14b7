import type { AlertSource, FloodAlert, FloodGroup, FloodLimits } from '../core/flood.ts'

/** One alert of a flood; `ordinal` 1 is the first-out, `apart` one that is never grouped. */
export interface FloodAlertView extends Omit<FloodAlert, 'isApart' | 'isOpen' | 'raisedAtMs' | 'newestAtMs'> {
  apart: boolean
  open: boolean
  raisedAt: string
  newestAt: string
}

/** Alerts of one category with one cause. */
export interface FloodGroupView extends Omit<FloodGroup, 'newest'> {
  newest: { alertId: string; at: string }
}

/** A flood that is on, in brief: what a banner shows. */
export interface FloodBriefView {
  id: string
  /** When the first-out alert came, and when the number was exceeded. */
  firstAt: string
  beganAt: string
  first: FloodAlertView
  /** Times that an alert was raised, and different alerts, since the first-out. */
  raised: number
  alerts: number
  /** The largest of them; `groupsTotal` is how many there are. */
  groups: FloodGroupView[]
  groupsTotal: number
  /** Alerts of level 1 or life-safety, which stand for themselves. */
  apartTotal: number
}

/** A flood that is on, with its alerts in first-out order as far as they are kept and asked for. */
export interface FloodDetailView extends FloodBriefView {
  order: FloodAlertView[]
  apart: FloodAlertView[]
}

/** A flood that is over. */
export interface FloodRecordView {
  id: string
  firstAt: string
  beganAt: string
  endedAt: string
  first: FloodAlertView
  raised: number
  alerts: number
  topSources: AlertSource[]
}

export interface FloodStateView {
  limits: FloodLimits
  newInWindow: number
  /** Null while there is none. */
  flood: FloodDetailView | null
  /** Those that are over, newest first. */
  over: FloodRecordView[]
}
