import { isTyping, useKeys } from '../shell/keyboard.tsx'
import type { KeyBinding } from '../shell/keys.ts'
import { OPERATIONS_KEYS, type OperationsAct } from './keys.ts'
import { useOperationsWords } from './words.ts'

/** Acts of the whole page; the others are those of the part that is shown. */
type PageAct = 'view' | 'refresh' | 'search'
export type ViewAct = Exclude<OperationsAct, PageAct>

const isOfPage = (act: OperationsAct): act is PageAct => act === 'view' || act === 'refresh' || act === 'search'

/** Keys of the whole page. */
export function usePageKeys(acts: Record<PageAct, (key: string) => void>): void {
  const { t } = useOperationsWords()
  const bindings: KeyBinding<PageAct>[] = OPERATIONS_KEYS.flatMap((one) =>
    isOfPage(one.act) ? [{ ...one, act: one.act }] : [],
  )
  useKeys({ title: t('nav.operations'), bindings, wordOf: ({ word }) => t(word as never) }, acts)
}

/** Keys of one part; what it leaves out does nothing there, and is not in the help. */
export function useViewKeys(title: string, acts: Partial<Record<ViewAct, () => void>>): void {
  const { t } = useOperationsWords()
  const bindings = OPERATIONS_KEYS.filter(({ act }) => act in acts)
  useKeys({ title, bindings, wordOf: ({ word }) => t(word as never) }, acts as Record<OperationsAct, () => void>)
}

/** Esc while somebody types ends the typing first: whether that was so. */
export function letGo(): boolean {
  if (!isTyping()) return false
  ;(document.activeElement as HTMLElement).blur()
  return true
}
