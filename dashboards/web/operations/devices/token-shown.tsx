import { useOperationsWords } from '../words.ts'

/** A device's token, which nobody is shown again. On plain HTTP a page has no clipboard: it selects itself. */
export function TokenShown({ id, token }: { id: string; token: string }) {
  const { t } = useOperationsWords()
  return (
    <fieldset className="token is-shown" role="status">
      <legend>{t('operations.token.title')}</legend>
      <p>{t('operations.token.once', { id })}</p>
      <input
        readOnly
        className="code"
        value={token}
        aria-label={t('operations.token.title')}
        onFocus={(event) => event.target.select()}
      />
    </fieldset>
  )
}
