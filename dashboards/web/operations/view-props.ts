import type { RefObject } from 'react'
import type { PageProps } from '../shell/page-props.ts'
import type { OperationsCalls } from './calls.ts'

/** What each part of the operations page is given. */
export interface ViewProps extends PageProps {
  calls: OperationsCalls
  /** Its field for words to look for, if it has one. */
  search: RefObject<HTMLInputElement | null>
  /** Is another one when everything should be asked for again. */
  refresh: string
  openId: string | null
  onOpen: (id: string | null) => void
}
