import { useMemo, useRef } from 'react'
import type { RuleFaultView } from '../../../contract.ts'
import { useOperationsWords } from '../words.ts'

interface CodeFieldProps {
  value: string
  faults: readonly RuleFaultView[]
  label: string
  onChange: (value: string) => void
}

/** Text with the numbers of its lines, those with a fault marked. */
export function CodeField({ value, faults, label, onChange }: CodeFieldProps) {
  const { t } = useOperationsWords()
  const numbers = useRef<HTMLOListElement>(null)
  const count = value.split('\n').length
  const faulty = useMemo(() => new Set(faults.map(({ line }) => line)), [faults])
  return (
    <div className="code-field">
      <ol ref={numbers} className="code-lines" aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the number is all there is
          <li key={index} className={faulty.has(index + 1) ? 'is-faulty' : ''}>
            {index + 1}
          </li>
        ))}
      </ol>
      <textarea
        className="code"
        aria-label={label}
        aria-invalid={faults.length > 0}
        title={faults.length > 0 ? t('operations.check.faults', { count: faults.length }) : undefined}
        value={value}
        rows={Math.min(26, Math.max(8, count + 1))}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => numbers.current?.scrollTo(0, event.currentTarget.scrollTop)}
      />
    </div>
  )
}
