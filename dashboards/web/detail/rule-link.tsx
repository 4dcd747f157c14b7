import { Link } from 'wouter'
import type { AlertView } from '../../contract.ts'
import { useCommandWords } from '../command/words.ts'
import { PAGES } from '../shell/pages.ts'

/** The rule that raised it, and the way to try it on what was measured lately. */
export function RuleLink({ alert: { rule, ruleTitle } }: { alert: AlertView }) {
  const { t, language } = useCommandWords()
  const name = `${ruleTitle[language]} · ${rule}`
  if (!PAGES.some(({ act }) => act === 'goOperations')) return name
  const address = `/operations#rules=${encodeURIComponent(rule)}`
  return (
    <>
      <Link href={address}>{name}</Link>{' '}
      <Link href={address} className="aside">
        {t('command.dryRun')}
      </Link>
    </>
  )
}
