/** What a model says of itself once it is open. */
export interface ModelAbout {
  family: string
  /** For people: `images float32 [1, 3, 320, 320]`. */
  inputs: string[]
  outputs: string[]
  /** Pixels that it sees at once. */
  widthPx: number
  heightPx: number
}

/** A model that looks at frames. */
export interface ModelInForce extends ModelAbout {
  id: string
  sha256: string
  classes: string[]
  /** Least score by class. */
  thresholds: Record<string, number>
  licence: string
  origin: string
  note?: string
  /** When it began to look. */
  sinceMs: number
  /** Its threads. */
  workers: number
}

/** How often two models saw the same thing: boxes of one class that overlap by half or more (IoU ≥ 0.5). */
export interface Agreement {
  both: number
  onlyActive: number
  onlyShadow: number
}

/** What came of letting a second model look at the same frames. */
export interface ShadowComparison {
  /** Since both have looked side by side. */
  sinceMs: number
  /** That both have looked at. */
  frames: number
  /** The shadow gave no answer, or refused what the active model could see. */
  failed: number
  /** Its answer came too late for the frame's analysis; it counts all the same. */
  late: number
  /** Not given to it: too many were waiting. */
  skipped: number
  byClass: Record<string, Agreement>
}

export interface ModelsReport {
  active: ModelInForce
  shadow: ModelInForce | null
  /** Null without a shadow. */
  comparison: ShadowComparison | null
  /** Why the manifest as it lies there is not in force, or null. */
  fault: string | null
}

/** The models in force, and how to change them. */
export interface ModelDesk {
  report(): ModelsReport
  /**
   * Reads the manifest again. Resolves once new models look at new frames, with whether anything changed. Throws
   * `conflict` for a wrong manifest or model: then the old ones stay in force.
   */
  reload(): Promise<{ changed: boolean }>
}
