import { Failure } from '../shell/failure.tsx'
import { useHeritageWords } from './words.ts'

interface FormEndProps {
  /** What was refused; null for nothing. */
  fault: string | null
  isBusy: boolean
  submit: string
  onClose: () => void
}

/** How the form of a dialog ends: what was refused, and the two buttons. */
export function FormEnd({ fault, isBusy, submit, onClose }: FormEndProps) {
  const { t } = useHeritageWords()
  return (
    <>
      {fault !== null && <Failure>{fault}</Failure>}
      <div className="form-buttons">
        <button type="button" onClick={onClose}>
          {t('action.cancel')}
        </button>
        <button type="submit" className="primary" disabled={isBusy}>
          {submit}
        </button>
      </div>
    </>
  )
}
