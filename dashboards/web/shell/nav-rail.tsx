import { Link } from 'wouter'
import { useWords } from '../words/i18n.ts'
import { Icon } from './icon.tsx'
import { PAGES, type Page } from './pages.ts'

/** The pages: a rail at the left, a bar at the bottom of a phone. */
export function NavRail({ current }: { current: Page | undefined }) {
  const { t } = useWords()
  return (
    <nav className="rail" aria-label={t('app.nav')}>
      {PAGES.map((page) => (
        <Link key={page.path} href={page.path} aria-current={page === current ? 'page' : undefined}>
          <Icon name={page.icon} size={20} />
          {t(page.word)}
        </Link>
      ))}
    </nav>
  )
}
