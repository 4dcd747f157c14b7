import { useEffect, useRef } from 'react'
import { useWords } from '../words/i18n.ts'
import { Icon } from './icon.tsx'
import { KEYS } from './keys.ts'

/** The list of keys, over the page. The browser keeps the focus inside and closes it on Esc. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="help card" onClose={onClose} aria-labelledby="help-title">
      <header>
        <h2 id="help-title">{t('help.title')}</h2>
        <span className="grow" />
        <button type="button" className="icon" onClick={onClose} aria-label={t('detail.close')}>
          <Icon name="close" />
        </button>
      </header>
      <dl className="facts">
        {KEYS.map(({ act, shown, word }) => (
          <div key={act}>
            <dt>
              <kbd>{shown}</kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}
