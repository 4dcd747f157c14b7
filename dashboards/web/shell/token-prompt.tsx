import { type FormEvent, useState } from 'react'
import { useWords } from '../words/i18n.ts'

/** Asks for the token when the server does not know us. */
export function TokenPrompt({ wasWrong, onEnter }: { wasWrong: boolean; onEnter: (token: string) => void }) {
  const { t } = useWords()
  const [token, setToken] = useState('')
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (token.trim() !== '') onEnter(token.trim())
  }
  return (
    <main className="gate">
      <form className="card gate-card" onSubmit={submit}>
        <h1>{t('token.title')}</h1>
        <p>{t('token.text')}</p>
        <label>
          {t('token.label')}
          <input
            type="password"
            autoComplete="current-password"
            value={token}
            onChange={(e) => setToken(e.target.value)}
          />
        </label>
        {wasWrong && <p role="alert">{t('token.wrong')}</p>}
        <button type="submit" className="primary">
          {t('token.enter')}
        </button>
      </form>
    </main>
  )
}
