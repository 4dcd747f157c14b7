import { useMemo } from 'react'
import { Scroll } from '../scroll.tsx'
import { useOperationsWords } from '../words.ts'
import { toDiffLines } from './diff-lines.ts'

const SIGNS = { same: ' ', added: '+', removed: '−' } as const

/** Two texts held against each other: lines that went and came have a sign of their own besides the colour. */
export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const { t } = useOperationsWords()
  const lines = useMemo(() => toDiffLines(before, after), [before, after])
  if (lines.every(({ sort }) => sort === 'same')) return <p className="fine">{t('operations.diffNone')}</p>
  return (
    <Scroll label={label} className="code diff">
      <pre>
        {lines.map(({ sort, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <span key={index} className={`diff-line is-${sort}`}>
            <b>{SIGNS[sort]}</b> {text}
            {'\n'}
          </span>
        ))}
      </pre>
    </Scroll>
  )
}
