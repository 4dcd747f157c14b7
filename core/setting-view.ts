/** Where the value of a setting comes from. `command`: the way in which the service was started. */
export type SettingOrigin = 'default' | 'file' | 'environment' | 'command'

/** One setting as the service runs with it. */
export interface SettingInForce {
  /** Dotted, as in the file. */
  path: string
  /** Absent for a secret. */
  value?: unknown
  /** Its value is not shown; `isSet` says whether there is one. */
  isSecret: boolean
  isSet: boolean
  origin: SettingOrigin
  /** Variable that overrides the file. */
  env?: string
  unit?: string
  description: string
}
