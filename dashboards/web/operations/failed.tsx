import { useOperationsWords } from './words.ts'

/** That something did not work, and why; nothing while `why` is null. */
export function Failed({ why }: { why: string | null }) {
  const { t } = useOperationsWords()
  if (why === null) return null
  return (
    <p className="failure" role="alert">
      {t('operations.failed', { message: why })}
    </p>
  )
}
