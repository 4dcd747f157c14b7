import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useWords } from '../words/i18n.ts'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  /** Added to the class of the dialog, for its width. */
  kind?: string
  onClose: () => void
  children: ReactNode
}

/** A window over the page. The browser itself keeps the focus inside, makes the rest inert and closes it on Esc. */
export function Dialog({ title, kind = '', onClose, children }: DialogProps) {
  const { t } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector<HTMLElement>('form input, form textarea')?.focus()
  }, [])
  return (
    <dialog ref={dialog} className={`dialog card ${kind}`} onClose={onClose} aria-labelledby={titleId}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <span className="grow" />
        <button type="button" className="icon" onClick={onClose} aria-label={t('dialog.close')}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
