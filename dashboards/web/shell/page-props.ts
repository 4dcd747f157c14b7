import type { Dispatch } from 'react'
import type { SessionView } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { Http } from '../http.ts'
import type { LiveState } from '../live/live-state.ts'
import type { LiveAction } from '../live/reduce-live.ts'
import type { Times } from '../words/times.ts'
import type { Theme } from './preferences.ts'

/** What the shell gives to the page that is shown. */
export interface PageProps {
  http: Http
  api: Api
  session: SessionView
  live: LiveState
  dispatch: Dispatch<LiveAction>
  theme: Theme
  times: Times
  /** For sound: somebody here acknowledged an alert. */
  seat: { heard(): void }
}
