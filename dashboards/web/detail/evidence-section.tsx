import type { AlertView } from '../../contract.ts'
import { useCommandWords } from '../command/words.ts'
import { zh } from '../command/zh.ts'
import { formatNumber } from '../words/numbers.ts'
import { durationWords, labelWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import type { Language } from '../words/words.ts'

type SuspicionView = NonNullable<AlertView['suspicion']>
type Piece = SuspicionView['evidence'][number]
type T = ReturnType<typeof useCommandWords>['t']

interface EvidenceSectionProps {
  suspicion: SuspicionView
  times: Times
  nowMs: number
}

/** Why works are thought to go on in a house: each piece with its weight and age, and what else could explain it. */
export function EvidenceSection({ suspicion, times, nowMs }: EvidenceSectionProps) {
  const { t, language } = useCommandWords()
  const { evidence, further, probability, filing, visitBy, state } = suspicion
  const heaviest = Math.max(...evidence.map(({ weight }) => Math.abs(weight)), 0.1)
  const isLate = visitBy !== undefined && state === 'likely' && Date.parse(visitBy) < nowMs
  return (
    <section>
      <h3>
        {t('command.evidence.title')} · {t('command.evidence.probability', { percent: Math.round(probability * 100) })}
      </h3>
      {visitBy !== undefined && (
        <p className={isLate ? 'deadline is-late' : 'deadline'}>
          {t(isLate ? 'command.evidence.visitLate' : 'command.evidence.visitBy', {
            time: times.short(Date.parse(visitBy), nowMs),
          })}
        </p>
      )}
      {filing !== undefined && (
        <p>
          {filing.record === null
            ? t('command.evidence.noFiling')
            : t('command.evidence.filing', { number: filing.record.filing ?? filing.record.recordId })}
        </p>
      )}
      <ul className="evidence">
        {evidence.map((piece) => (
          <li key={`${piece.kind} ${piece.at}`} className={piece.weight < 0 ? 'is-against' : ''}>
            <span>{piece.title[language]}</span>
            <span className="bar">
              <i style={{ width: `${Math.min(100, (Math.abs(piece.weight) / heaviest) * 100)}%` }} />
            </span>
            <output>{`${piece.weight > 0 ? '+' : ''}${formatNumber(piece.weight)}`}</output>
            <small>{pieceWords(piece, t, language, nowMs)}</small>
          </li>
        ))}
      </ul>
      {further && <p className="fine">{t('command.evidence.further', { pieces: further.pieces })}</p>}
    </section>
  )
}

function pieceWords({ at, facts, weight, otherCauses }: Piece, t: T, language: Language, nowMs: number): string {
  const told = Object.entries(facts).map(([name, value]) => factWords(name, value, t))
  const causes = otherCauses.map(({ title, building }) => [title[language], building].filter(Boolean).join(' '))
  return [
    ageWords(Math.max(0, nowMs - Date.parse(at)), t),
    ...(weight < 0 ? [t('command.evidence.against')] : []),
    ...told,
    ...(causes.length > 0 ? [t('command.evidence.other', { list: causes.join('；') })] : []),
  ].join(' · ')
}

const DAY_MS = 86_400_000

function ageWords(ageMs: number, t: T): string {
  const days = Math.floor(ageMs / DAY_MS)
  if (days >= 2) return t('command.evidence.days', { count: days })
  return t('command.evidence.age', { age: durationWords(ageMs / 1000, t) })
}

/** A fact of its own name; one that nobody named is a number with its unit. */
function factWords(name: string, value: number | string, t: T): string {
  const key = `command.evidence.fact.${name}`
  const known = typeof value === 'number' ? formatNumber(value) : labelWords(value, t)
  return Object.hasOwn(zh, key) ? t(key as keyof typeof zh, { value: known }) : `${known} ${name}`
}
