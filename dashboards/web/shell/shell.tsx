import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { SessionView } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { Http } from '../http.ts'
import { useLive } from '../live/use-live.ts'
import { loadFont } from '../style/load-font.ts'
import { useWords } from '../words/i18n.ts'
import { createTimes } from '../words/times.ts'
import type { WordKey } from '../words/zh.ts'
import { Header } from './header.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { useKeys } from './keyboard.tsx'
import { SHELL_KEYS, type ShellAct } from './keys.ts'
import { loadAgain } from './load-again.ts'
import { NavRail } from './nav-rail.tsx'
import { PAGES, pageAt } from './pages.ts'
import { SoundBanner } from './sound/sound-menu.tsx'
import { useSound } from './sound/use-sound.ts'
import { StaleBanner } from './stale-banner.tsx'
import type { usePreferences } from './use-preferences.ts'
import { useTitle } from './use-title.ts'

interface ShellProps {
  http: Http
  api: Api
  token: string | null
  session: SessionView
  preferences: ReturnType<typeof usePreferences>
  /** Called when the feed broke, to learn whether we are still allowed in. */
  onLost: () => void
}

const VIEWS = new Map(PAGES.map((page) => [page.path, lazy(() => loadAgain(page.load))]))

/** What all pages share: the feed, the head, the ways between them, and the keys of every page. */
export function Shell({ http, api, token, session, preferences, onLost }: ShellProps) {
  const { t, language } = useWords()
  const [live, dispatch] = useLive(token, session.respondWithinS)
  const [path, go] = useLocation()
  const isWall = new URLSearchParams(location.search).has('wall')
  const [needsHelp, setNeedsHelp] = useState(false)
  const times = useMemo(() => createTimes(language, session.timeZone), [language, session.timeZone])
  const attempt = live.link.state === 'lost' ? live.link.attempt : 0
  useEffect(() => {
    if (attempt > 0) onLost()
  }, [attempt, onLost])

  useEffect(() => {
    if (live.loaded) requestAnimationFrame(() => window.setTimeout(loadFont))
  }, [live.loaded])

  const sound = useSound(live)
  const page = pageAt(path)
  const name = `${session.title[language]} · ${t('app.title')}`
  useTitle(live, name)
  const View = page && VIEWS.get(page.path)
  const goTo = (act: ShellAct) => () => {
    const target = PAGES.find((one) => one.act === act)
    if (target !== undefined) go(target.path)
  }
  const acts: Record<ShellAct, () => void> = {
    goCommand: goTo('goCommand'),
    goRiver: goTo('goRiver'),
    goHeritage: goTo('goHeritage'),
    goOperations: goTo('goOperations'),
    mute: sound.toggleMute,
    theme: preferences.switchTheme,
    language: preferences.switchLanguage,
    help: () => setNeedsHelp(true),
  }
  const bindings = SHELL_KEYS.filter(({ act }) => !act.startsWith('go') || PAGES.some((one) => one.act === act))
  useKeys({ title: t('help.everywhere'), bindings, wordOf: ({ word }) => t(word as WordKey) }, acts)

  return (
    <div className={isWall ? 'page is-wall' : 'page'}>
      <Header
        place={session.title[language]}
        live={live}
        times={times}
        theme={preferences.theme}
        onTheme={preferences.switchTheme}
        onLanguage={preferences.switchLanguage}
        onHelp={() => setNeedsHelp(true)}
        sound={sound}
      />
      <StaleBanner live={live} />
      <SoundBanner sound={sound} />
      <div className="under-top">
        <NavRail current={page} />
        <div className="view">
          {View === undefined ? (
            <p className="nothing">{t('page.missing')}</p>
          ) : (
            <Suspense fallback={<p className="nothing">{t('page.loading')}</p>}>
              <View {...{ http, api, session, live, dispatch, times }} theme={preferences.theme} seat={sound} />
            </Suspense>
          )}
        </div>
      </div>
      {needsHelp && (
        <HelpDialog
          hasLetters={preferences.hasLetterKeys}
          onLetters={preferences.setLetterKeys}
          onClose={() => setNeedsHelp(false)}
        />
      )}
    </div>
  )
}
