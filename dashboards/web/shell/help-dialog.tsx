import { useWords } from '../words/i18n.ts'
import { Dialog } from './dialog.tsx'
import { useKeyScopes } from './keyboard.tsx'

interface HelpDialogProps {
  hasLetters: boolean
  onLetters: (hasLetters: boolean) => void
  onClose: () => void
}

/** The keys that hold on this page, and whether those of a single letter do. */
export function HelpDialog({ hasLetters, onLetters, onClose }: HelpDialogProps) {
  const { t } = useWords()
  const scopes = useKeyScopes()
  return (
    <Dialog title={t('help.title')} kind="help" onClose={onClose}>
      <div className="dialog-body">
        {scopes().map(({ title, bindings, wordOf }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className="keys">
              {bindings.map((binding) => (
                <div key={binding.act}>
                  <dt>
                    <kbd>{binding.shown}</kbd>
                  </dt>
                  <dd>{wordOf(binding)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <label className="check">
          <input type="checkbox" checked={hasLetters} onChange={(event) => onLetters(event.target.checked)} />
          {t('help.letters')}
        </label>
      </div>
    </Dialog>
  )
}
