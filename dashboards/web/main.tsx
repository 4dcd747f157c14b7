import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import './style/tokens.css'
import './style/app.css'
import { App } from './app.tsx'
import { pageAt } from './shell/pages.ts'
import { loadPreferences } from './shell/preferences.ts'
import { loadFont } from './style/load-font.ts'
import { startI18n } from './words/i18n.ts'

const START_OVER_MS = 5_000
/** For pages that wait for nothing, such as the door. */
const FONT_AT_LAST_MS = 2_000

const preferences = loadPreferences(location.search)
// The page's own part comes while the service is still asked who we are; if it fails, the shell fetches it again.
void pageAt(location.pathname)
  ?.load()
  .catch(() => null)
const words = await startI18n(preferences.language)
const root = createRoot(document.getElementById('root')!, { onUncaughtError: () => startOver(words.t('error.page')) })
root.render(
  <StrictMode>
    <I18nextProvider i18n={words}>
      <App preferences={preferences} />
    </I18nextProvider>
  </StrictMode>,
)
window.setTimeout(loadFont, FONT_AT_LAST_MS)

/** A fault of ours must not leave an empty wall: it says so, and begins again. */
function startOver(message: string): void {
  document.body.textContent = message
  window.setTimeout(() => location.reload(), START_OVER_MS)
}
