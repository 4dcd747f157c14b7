import { Failure } from '../shell/failure.tsx'
import { useOperationsWords } from './words.ts'

/** That something did not work, and why; nothing while `why` is null. */
export function Failed({ why }: { why: string | null }) {
  const { t } = useOperationsWords()
  if (why === null) return null
  return <Failure>{t('operations.failed', { message: why })}</Failure>
}
