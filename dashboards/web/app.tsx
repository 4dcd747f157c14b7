import { useEffect } from 'react'
import { KeyboardProvider } from './shell/keyboard.tsx'
import type { Preferences } from './shell/preferences.ts'
import { Shell } from './shell/shell.tsx'
import { TokenPrompt } from './shell/token-prompt.tsx'
import { usePreferences } from './shell/use-preferences.ts'
import { useSession } from './shell/use-session.ts'
import { useWords } from './words/i18n.ts'

/** The door: in, at the token prompt, or unable to reach the service. */
export function App({ preferences: initial }: { preferences: Preferences }) {
  const preferences = usePreferences(initial)
  const { token, http, api, entry, ask, enter } = useSession()
  const { t } = useWords()
  const isFailed = entry.state === 'failed'
  useEffect(() => {
    if (!isFailed) return
    const timer = window.setInterval(() => void ask(), 3_000)
    return () => window.clearInterval(timer)
  }, [isFailed, ask])

  if (entry.state === 'asking') return null
  if (entry.state === 'token-needed') return <TokenPrompt wasWrong={entry.wasWrong} onEnter={enter} />
  if (entry.state === 'failed')
    return (
      <main className="gate">
        <p className="card gate-card" role="alert">
          {t('error.start', { message: entry.message })}
        </p>
      </main>
    )
  return (
    <KeyboardProvider hasLetters={preferences.hasLetterKeys}>
      <Shell {...{ http, api, token, preferences }} session={entry.session} onLost={ask} />
    </KeyboardProvider>
  )
}
