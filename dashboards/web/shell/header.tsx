import type { LiveState } from '../live/live-state.ts'
import { useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'
import { Clock } from './clock.tsx'
import { Icon } from './icon.tsx'
import { LinkPill } from './link-pill.tsx'
import type { Theme } from './preferences.ts'
import { SoundMenu } from './sound/sound-menu.tsx'
import type { Sound } from './sound/use-sound.ts'

interface HeaderProps {
  place: string
  live: LiveState
  times: Times
  theme: Theme
  onTheme: () => void
  onLanguage: () => void
  onHelp: () => void
  sound: Sound
}

/** Name of the place, how live the page is, and the few switches that every page has. */
export function Header({ place, live, times, theme, onTheme, onLanguage, onHelp, sound }: HeaderProps) {
  const { t, language } = useWords()
  return (
    <header className="top">
      <span className="brand">
        <Icon name="signal" size={20} />
      </span>
      <h1>
        {place}
        <span className="app-title"> · {t('app.title')}</span>
      </h1>
      <span className="grow" />
      <Stats live={live} />
      <LinkPill link={live.link} />
      <SoundMenu sound={sound} />
      <button
        type="button"
        onClick={onLanguage}
        title={t('header.languageLabel')}
        lang={language === 'zh' ? 'en' : 'zh-CN'}
      >
        {t('header.language')}
      </button>
      <button
        type="button"
        className="icon"
        onClick={onTheme}
        aria-label={t(theme === 'dark' ? 'header.themeLight' : 'header.themeDark')}
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
      <button type="button" className="icon help-button" onClick={onHelp} aria-label={t('header.help')}>
        <Icon name="keyboard" />
      </button>
      <Clock times={times} clockOffsetMs={live.clockOffsetMs} />
    </header>
  )
}

function Stats({ live: { stats, link } }: { live: LiveState }) {
  const { t } = useWords()
  if (stats === null) return null
  const blanks = {
    online: stats.devicesOnline ?? '–',
    devices: stats.devices,
    rate: stats.readingsPerS,
    frames: stats.framesTotal,
  }
  return <span className={link.state === 'live' ? 'stats' : 'stats is-stale'}>{t('header.stats', blanks)}</span>
}
