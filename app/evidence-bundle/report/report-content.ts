import type { Alert } from '../../../core/alert.ts'
import type { BundlePicture, BundleRequest, LeftOut } from '../../../core/bundle-desk.ts'
import type { Device } from '../../../core/device.ts'
import type { Finding } from '../../../core/finding.ts'
import type { CaseModel } from '../gather-models.ts'
import type { CaseFrame } from '../gather-pictures.ts'
import type { CaseReadings } from '../gather-readings.ts'
import type { CaseRecord } from '../gather-records.ts'
import type { CaseRule } from '../gather-rules.ts'

/** All that a report tells. */
export interface ReportContent {
  request: BundleRequest
  nowMs: number
  records: CaseRecord[]
  /** The one that it is about, or the newest of the finding. */
  alert: Alert | undefined
  alerts: Alert[]
  finding: Finding | undefined
  /** Of the alert, or of those that it holds together. */
  readings: CaseReadings[]
  rules: CaseRule[]
  models: CaseModel[]
  frames: CaseFrame[]
  pictures: BundlePicture[]
  leftOut: LeftOut[]
}

export interface ReportPorts {
  device(id: string): Device | undefined
  ledgerId: string
  /** Name of the sub-district. */
  title: { zh: string; en: string }
  timeZone: string
}
