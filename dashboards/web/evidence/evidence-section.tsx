import { useId } from 'react'
import type { AlertView } from '../../contract.ts'
import type { Language } from '../words/i18n.ts'
import { formatNumber } from '../words/numbers.ts'
import { durationWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import { type EvidenceTranslate, factWords, percentOf, useEvidenceWords } from './words.ts'
import './evidence.css'

type SuspicionView = NonNullable<AlertView['suspicion']>
export type EvidencePiece = SuspicionView['evidence'][number]

interface EvidenceSectionProps {
  suspicion: SuspicionView
  times: Times
  nowMs: number
  /** Shows what a piece rests on; without it pieces only say so. */
  onPiece?: (piece: EvidencePiece) => void
}

/** Why works are thought to go on in a house: each piece with its weight and age, what would cancel it, and what else could explain it. */
export function EvidenceSection({ suspicion, times, nowMs, onPiece }: EvidenceSectionProps) {
  const { t } = useEvidenceWords()
  const { evidence, further, probability, prior, filing, visitBy, state } = suspicion
  const heaviest = Math.max(...evidence.map(({ weight }) => Math.abs(weight)), 0.1)
  const isLate = visitBy !== undefined && state === 'likely' && Date.parse(visitBy) < nowMs
  const timeOf = (at: string) => times.short(Date.parse(at), nowMs)
  const sum = evidence.reduce((all, { weight }) => all + weight, prior + (further?.weight ?? 0))
  return (
    <section>
      <h3>
        {t('evidence.title')} · {t('evidence.probability', { percent: percentOf(probability) })}
      </h3>
      {visitBy !== undefined && (
        <p className={isLate ? 'deadline is-late' : 'deadline'}>
          {t(isLate ? 'evidence.visitLate' : 'evidence.visitBy', { time: timeOf(visitBy) })}
        </p>
      )}
      {filing !== undefined && (
        <p className="filing">
          {filing.record === null
            ? t('evidence.noFiling', { time: timeOf(filing.asked) })
            : t('evidence.filing', {
                number: filing.record.filing ?? filing.record.recordId,
                until: timeOf(filing.record.until),
              })}
        </p>
      )}
      {evidence.length === 0 && <p className="fine">{t('evidence.none')}</p>}
      <ul className="evidence">
        {evidence.map((piece) => (
          <Piece
            key={`${piece.kind} ${piece.at} ${piece.rests[0]}`}
            {...{ piece, nowMs }}
            share={Math.min(1, Math.abs(piece.weight) / heaviest)}
            {...(onPiece && { onPiece })}
          />
        ))}
      </ul>
      {further && (
        <p className="fine">{t('evidence.further', { pieces: further.pieces, weight: signed(further.weight) })}</p>
      )}
      {evidence.length > 0 && <p className="fine">{t('evidence.sum', { prior: signed(prior), sum: signed(sum) })}</p>}
    </section>
  )
}

interface PieceProps {
  piece: EvidencePiece
  /** Of the heaviest, 0…1. */
  share: number
  nowMs: number
  onPiece?: (piece: EvidencePiece) => void
}

function Piece({ piece, share, nowMs, onPiece }: PieceProps) {
  const { t, language } = useEvidenceWords()
  const id = useId()
  const { title, weight, fullWeight, facts, rests, cancels, at } = piece
  const told = [
    ageWords(Math.max(0, nowMs - Date.parse(at)), t),
    ...(weight < 0 ? [t('evidence.against')] : []),
    ...factWords(facts, t, language),
  ]
  const causes = causeWords(piece, t, language)
  return (
    <li className={weight < 0 ? 'is-against' : ''}>
      {onPiece ? (
        <button type="button" className="piece-title" onClick={() => onPiece(piece)} aria-describedby={id}>
          {title[language]}
        </button>
      ) : (
        <span className="piece-title">{title[language]}</span>
      )}
      <span className="bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span className="weight" title={t('evidence.weight', { weight: signed(weight), full: signed(fullWeight) })}>
        {signed(weight)}
      </span>
      <small id={id}>
        {told.join(' · ')}
        <details>
          <summary>
            {t('evidence.rests')}
            {rests.slice(0, 3).join(language === 'zh' ? '、' : ', ')}
          </summary>
          {t('evidence.weight', { weight: signed(weight), full: signed(fullWeight) })}
          <br />
          {t('evidence.cancels')}
          {cancels[language]}
        </details>
        {causes.length > 0 && (
          <>
            {t('evidence.other')}
            {causes.join(language === 'zh' ? '；' : '; ')}
          </>
        )}
      </small>
    </li>
  )
}

function causeWords({ otherCauses }: EvidencePiece, t: EvidenceTranslate, language: Language): string[] {
  return otherCauses.map(({ title, building, leaves }) =>
    t('evidence.leaves', {
      cause: building === undefined ? title[language] : `${title[language]} ${building}`,
      percent: Math.round(leaves * 100),
    }),
  )
}

const DAY_MS = 86_400_000

function ageWords(ageMs: number, t: EvidenceTranslate): string {
  const days = Math.floor(ageMs / DAY_MS)
  if (days >= 2) return t('evidence.days', { count: days })
  return t('evidence.age', { age: durationWords(ageMs / 1000, t) })
}

function signed(weight: number): string {
  const rounded = formatNumber(Math.round(weight * 100) / 100)
  return weight > 0 ? `+${rounded}` : rounded
}
