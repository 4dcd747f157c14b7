import type { AddressCandidate } from '../core/address/address-index.ts'
import type { AlertView } from '../core/alert-view.ts'
import type { Building, HousePicture, Visit, VisitRequest } from '../core/building.ts'
import type { FiledRecord } from '../core/filed-record.ts'
import type { HouseLimit, HouseRisk, RiskRanking } from '../core/house-watch.ts'
import type { SuspicionView } from '../core/suspicion-view.ts'

export type { EvidenceView, SuspicionView } from '../core/suspicion-view.ts'

import type { DeviceDetailView, PageOf } from './contract.ts'

/** What crosses between the HTTP API and pages about houses. Times are ISO 8601 in UTC. */

export type BuildingView = Building

export interface VisitView extends Omit<Visit, 'atMs'> {
  at: string
}

export interface VisitRequestView extends Omit<VisitRequest, 'atMs' | 'dueMs'> {
  at: string
  due: string
}

export interface HousePictureView extends Omit<HousePicture, 'atMs'> {
  at: string
}

export interface MatchView {
  how: FiledRecord['match']['how']
  confidence?: number
  reasons?: string[]
  recordId?: string
  by?: string
  at?: string
  note?: string
  /** It was said of another record with the same spelling. */
  spelling?: boolean
  candidates?: AddressCandidate[]
}

export interface FiledRecordView
  extends Pick<FiledRecord, 'source' | 'recordId' | 'recordType' | 'address' | 'position' | 'facts' | 'building'> {
  at: string
  arrivedAt: string
  match: MatchView
  /** Another record puts it right, or takes it back. */
  correctedBy?: string
  withdrawnBy?: string
}

/** One house in the order in which they have to be looked at. */
export interface HouseRiskView extends Omit<HouseRisk, 'building' | 'works' | 'visitAsked'> {
  building: Pick<BuildingView, 'id' | 'address' | 'name' | 'protection' | 'structure' | 'year' | 'era' | 'position'>
  works: Omit<HouseRisk['works'], 'visitByMs'> & { visitBy?: string }
  visitAsked: { due: string; to?: string } | null
}

export interface HouseRankingView extends PageOf<HouseRiskView>, Pick<RiskRanking, 'total' | 'trends'> {}

/** Where a limit in a house comes from, and what it is. */
export type HouseLimitView = HouseLimit

/** What a metric was, in steps of equal length; columns of equal length, oldest first; steps without readings are not there. */
export interface SummaryView {
  device: string
  metric: string
  unit: string
  stepS: number
  /** Begins of the steps, ms. */
  at: number[]
  readings: number[]
  min: number[]
  max: number[]
  mean: number[]
}

/** 一屋一档 */
export interface BuildingFileView {
  building: BuildingView
  sensors: DeviceDetailView[]
  /** Newest first. */
  records: FiledRecordView[]
  visits: VisitView[]
  /** That somebody should go there, and nobody did yet. */
  visitRequest: VisitRequestView | null
  /** What is thought of works in it now. */
  suspicion: SuspicionView
  /** Newest first. */
  pictures: HousePictureView[]
  /** Of its sensors, those set for the house first. */
  limits: HouseLimitView[]
  alerts: { open: AlertView[]; past: AlertView[] }
  /** False while the database cannot be asked for past alerts. */
  complete: boolean
}
