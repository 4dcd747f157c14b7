import type { Building } from './building.ts'
import type { LimitCheck } from './conservation-report.ts'
import type { Page } from './page.ts'
import type { SuspicionState } from './suspicion.ts'
import type { DaysUntil } from './trend/days-until.ts'

/** A limit that one metric of a device in a house is held to, and where it comes from. */
export type HouseLimit = Pick<
  LimitCheck,
  | 'device'
  | 'metric'
  | 'unit'
  | 'source'
  | 'low'
  | 'high'
  | 'curve'
  | 'over'
  | 'warningLow'
  | 'warningHigh'
  | 'warningShare'
>

export const RISK_PARTS = ['works', 'alerts', 'exceeded', 'trend'] as const

/** What adds to the risk of a house: its share of it, 0…1, as if there were nothing else. */
export interface RiskPart {
  kind: (typeof RISK_PARTS)[number]
  share: number
}

/** Whether the sensors of a house are heard. `silent`: all of them are not; `none`: there are none. Neither is healthy. */
export const HEARD_STATES = ['heard', 'partly', 'silent', 'none'] as const
export type HeardState = (typeof HEARD_STATES)[number]

/** How soon something that moves slowly will have gone as far as it may. */
export interface TowardLimit {
  device: string
  metric: string
  unit: string
  limit: number
  until: DaysUntil
}

/** What a manager of many houses must know of one to choose the next. */
export interface HouseRisk {
  building: Building
  community?: string
  /** 0…100; 0 says only that nothing is known to speak of danger: see `heard`. */
  risk: number
  /** Heaviest first. */
  parts: RiskPart[]
  /** Of the worst open alert about the house or its devices (1 to 4); null where there is none. */
  level: 1 | 2 | 3 | 4 | null
  openAlerts: number
  /** Alerts raised within the last 30 and 7 days; null while the database cannot be asked. */
  raised: { days30: number; days7: number } | null
  works: { state: SuspicionState; probability: number; visitByMs?: number }
  /** That somebody should go there, and nobody did yet. */
  visitAsked: { dueMs: number; to?: string } | null
  /** The nearest of its trends; null where none is known to come to a limit. */
  trend: TowardLimit | null
  sensors: { total: number; silent: number; heard: HeardState }
}

export interface RiskQuery {
  /** As for the register, or the name of a residents' committee. */
  text?: string
  /** False: owners and notes are not looked through. */
  byNames?: boolean
  limit: number
  cursor?: string
}

export interface RiskRanking extends Page<HouseRisk> {
  total: number
  /** How many of the trends that are asked for are known by now: they are worked out one after the other. */
  trends: { known: number; asked: number }
}

/** What one must look at first among all houses, and what each is held to. */
export interface HouseWatch {
  /** The riskiest first; then those that nobody hears, then those of which nothing speaks, then those without sensors. */
  ranking(query: RiskQuery): Promise<RiskRanking>
  /** Limits of the devices in one house. Throws `not_found`. */
  limits(building: string): HouseLimit[]
}
