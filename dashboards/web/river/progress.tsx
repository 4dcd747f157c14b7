import { useRiverWords } from './words.ts'

/** How much is decided, in words and as a bar. */
export function Progress({ decided, all }: { decided: number; all: number }) {
  const { t } = useRiverWords()
  return (
    <span className="progress">
      <span role="status">{t('river.progress', { decided, all })}</span>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" />
        <rect className="is-done" width={all === 0 ? 0 : (decided / all) * 100} height="4" />
      </svg>
    </span>
  )
}
