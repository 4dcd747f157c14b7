import type { ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'
import { useOperationsWords } from './words.ts'

interface DrawerHeadProps {
  title: string
  onClose: () => void
  children?: ReactNode
}

/** What stands beside a list from near: what it is, what can be done with it, and the way out. */
export function DrawerHead({ title, onClose, children }: DrawerHeadProps) {
  const { t } = useOperationsWords()
  return (
    <header>
      <h2>{title}</h2>
      <span className="grow" />
      {children}
      <button type="button" className="icon" onClick={onClose} aria-label={t('operations.close')}>
        <Icon name="close" />
      </button>
    </header>
  )
}
