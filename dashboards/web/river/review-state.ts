import type { FindingView, VerdictBody } from '../../contract.ts'
import { stepFrom } from '../shell/step-from.ts'
import type { FindingFilter } from './scope.ts'
import { toReverse, type UnsentWord, withWords } from './unsent.ts'

/** What a reviewer sees, and what they did and is not on the server's disk yet. */
export interface ReviewState {
  /** As the service told. */
  findings: ReadonlyMap<string, FindingView>
  filter: FindingFilter
  /** Ids in the order of the list. It stays as it is while somebody works on it. */
  order: readonly string[]
  selectedId: string | null
  /**
   * What the next digit says: of `rejecting` the reason, of `duplicating` which finding it is the same as, of `disowning`
   * whose it is. `redrawing`: the next drag is the box.
   */
  mode: 'looking' | 'rejecting' | 'duplicating' | 'disowning' | 'redrawing'
  /** Oldest first; the first is on its way. */
  unsent: readonly UnsentWord[]
  /** How often in a row the first one did not get through. */
  attempts: number
  /** Words said here that can be taken back, newest last. */
  said: readonly SaidWord[]
  /** A word that the service refused, until somebody takes note of it. */
  refused: Refused | null
}

interface SaidWord {
  word: UnsentWord
  before: FindingView
}

export interface Refused {
  findingId: string
  code: string
  message: string
  requestId: string | null
}

export type ReviewAction =
  /** All findings of a flight or reach. */
  | { type: 'loaded'; findings: readonly FindingView[]; selectId: string | null }
  /** One that changed, or is new and belongs here. */
  | { type: 'changed'; finding: FindingView }
  | { type: 'filter'; filter: FindingFilter }
  | { type: 'select'; id: string }
  | { type: 'move'; by: 1 | -1 }
  | { type: 'mode'; mode: ReviewState['mode'] }
  | { type: 'say'; body: VerdictBody; key: string }
  | { type: 'undo'; key: string }
  | { type: 'restored'; unsent: readonly UnsentWord[] }
  | { type: 'sent'; key: string; finding: FindingView }
  | { type: 'delayed'; key: string }
  | { type: 'refused'; key: string; why: Omit<Refused, 'findingId'> }
  | { type: 'noted' }

const MAX_SAID = 100

export function initialReview(filter: FindingFilter): ReviewState {
  return {
    ...{ findings: new Map(), filter, order: [], selectedId: null, mode: 'looking' },
    ...{ unsent: [], attempts: 0, said: [], refused: null },
  }
}

/** The one place where a review changes. */
export function reduceReview(state: ReviewState, action: ReviewAction): ReviewState {
  switch (action.type) {
    case 'loaded':
      return load(state, action.findings, action.selectId)
    case 'changed':
      return change(state, action.finding)
    case 'filter':
      return arrange({ ...state, filter: action.filter })
    case 'select':
      return select(state, action.id)
    case 'move':
      return move(state, action.by)
    case 'mode':
      return { ...state, mode: state.selectedId === null ? 'looking' : action.mode }
    case 'say':
      return say(state, action.body, action.key)
    case 'undo':
      return undo(state, action.key)
    case 'restored':
      return { ...state, unsent: [...action.unsent, ...state.unsent] }
    case 'sent':
      return arrived(state, action.key, action.finding)
    case 'delayed':
      return state.unsent[0]?.key === action.key ? { ...state, attempts: state.attempts + 1 } : state
    case 'refused':
      return refuse(state, action.key, action.why)
    case 'noted':
      return { ...state, refused: null }
  }
}

type Said = Pick<ReviewState, 'findings' | 'unsent'>

/** A finding as it stands with the words that were said here. */
export function shownFinding({ findings, unsent }: Said, id: string | null): FindingView | undefined {
  const finding = id === null ? undefined : findings.get(id)
  return finding && withWords(finding, unsent)
}

/** The rows of the list. */
export function shownFindings(state: Said & Pick<ReviewState, 'order'>): FindingView[] {
  return state.order.flatMap((id) => shownFinding(state, id) ?? [])
}

/** How much of all that was loaded is decided, whatever the filter. */
export function progressOf(state: Said): { decided: number; all: number } {
  const all = [...state.findings.keys()].map((id) => shownFinding(state, id)!)
  return { decided: all.filter(({ review }) => review !== 'undecided').length, all: all.length }
}

/** The next ones that wait for a word, in the order in which they will open. */
export function nextUndecided(state: ReviewState, count: number): FindingView[] {
  const { order, selectedId } = state
  const at = order.indexOf(selectedId ?? '')
  return [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))]
    .flatMap((id) => shownFinding(state, id) ?? [])
    .filter(({ review }) => review === 'undecided')
    .slice(0, count)
}

function load(state: ReviewState, findings: readonly FindingView[], selectId: string | null): ReviewState {
  const known = new Map(findings.map((finding) => [finding.id, finding]))
  const arranged = arrange({ ...state, findings: known, mode: 'looking' })
  const kept = [selectId, state.selectedId].find((id) => id !== null && known.has(id))
  return { ...arranged, selectedId: kept ?? arranged.order[0] ?? null }
}

/** Undecided ones first, each down its river; what nobody placed comes last. */
function arrange(state: ReviewState): ReviewState {
  const all = [...state.findings.keys()].map((id) => shownFinding(state, id)!)
  const order = all
    .filter((finding) => isMeant(finding, state.filter))
    .sort((a, b) => rank(a) - rank(b) || byPlace(a, b))
    .map(({ id }) => id)
  const isInList = state.selectedId !== null && order.includes(state.selectedId)
  return { ...state, order, selectedId: isInList ? state.selectedId : (order[0] ?? null) }
}

function rank({ review }: FindingView): number {
  return review === 'undecided' ? 0 : 1
}

function byPlace(a: FindingView, b: FindingView): number {
  const [p, q] = [a.place, b.place]
  if (p === undefined || q === undefined)
    return Number(p === undefined) - Number(q === undefined) || compare(a.id, b.id)
  return compare(p.river, q.river) || p.alongM - q.alongM || compare(a.id, b.id)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function isMeant(finding: FindingView, { label, reach, presence, review }: FindingFilter): boolean {
  return (
    finding.label === (label ?? finding.label) &&
    (reach === undefined || finding.place?.reach === reach) &&
    finding.presence === (presence ?? finding.presence) &&
    (review === 'disputed' ? finding.disputed === true : finding.review === (review ?? finding.review))
  )
}

/** What the flight saw of it is told only in its own list: a change does not take it away. Nothing in the list moves. */
function change(state: ReviewState, finding: FindingView): ReviewState {
  const before = state.findings.get(finding.id)
  const onFlight = finding.onFlight ?? before?.onFlight
  const findings = new Map(state.findings).set(finding.id, { ...finding, ...(onFlight && { onFlight }) })
  const isNew = before === undefined && isMeant(finding, state.filter)
  const order = isNew ? [...state.order, finding.id] : state.order
  return { ...state, findings, order, selectedId: state.selectedId ?? order[0] ?? null }
}

function select(state: ReviewState, id: string): ReviewState {
  return state.findings.has(id) ? { ...state, selectedId: id, mode: 'looking' } : state
}

function move(state: ReviewState, by: 1 | -1): ReviewState {
  const next = stepFrom(state.order, state.selectedId, by)
  return next === undefined ? state : select(state, next)
}

function say(state: ReviewState, body: VerdictBody, key: string): ReviewState {
  const before = shownFinding(state, state.selectedId)
  if (before === undefined) return state
  const isDecision = body.verdict !== 'reclassed' && body.verdict !== 'redrawn' && body.verdict !== 'reopened'
  const isSame = body.verdict === 'reclassed' ? body.label === before.label : body.verdict === before.review
  // A rejection again may have another reason, and a box another place.
  const isIdle = isSame && body.verdict !== 'rejected'
  const said = isIdle ? { ...state, mode: 'looking' as const } : put(state, body, key, before)
  return isDecision ? openNext(said) : said
}

function put(state: ReviewState, body: VerdictBody, key: string, before: FindingView): ReviewState {
  const isFirst = !state.unsent.some(({ findingId }) => findingId === before.id)
  const seen = isFirst ? { expectedVerdicts: before.verdictCount } : {}
  const word: UnsentWord = { key, findingId: before.id, body: { ...body, ...seen } }
  const said = [...state.said, { word, before }].slice(-MAX_SAID)
  return { ...state, unsent: [...state.unsent, word], said, mode: 'looking' }
}

/** The next that waits for a word; where none does, the hand stays. */
function openNext(state: ReviewState): ReviewState {
  const [next] = nextUndecided(state, 1)
  return next === undefined ? { ...state, mode: 'looking' } : select(state, next.id)
}

/** Takes back the last word said here; where none was, the word that stands on what is selected. */
function undo(state: ReviewState, key: string): ReviewState {
  const last = state.said.at(-1)
  if (last === undefined) {
    const finding = shownFinding(state, state.selectedId)
    if (finding === undefined || finding.review === 'undecided') return { ...state, mode: 'looking' }
    return { ...put(state, { verdict: 'reopened' }, key, finding), said: [] }
  }
  const { word, before } = last
  const rest = { ...state, said: state.said.slice(0, -1), mode: 'looking' as const }
  const selected = { ...rest, selectedId: state.findings.has(before.id) ? before.id : state.selectedId }
  // One that waits behind others has not left yet; the first may be there already.
  const hasNotLeft = state.unsent.findIndex((one) => one.key === word.key) > 0
  if (hasNotLeft) return { ...selected, unsent: state.unsent.filter((one) => one.key !== word.key) }
  const now = shownFinding(state, before.id)
  if (now === undefined) return selected
  return { ...put(selected, toReverse(word, before), key, now), said: selected.said }
}

function arrived(state: ReviewState, key: string, finding: FindingView): ReviewState {
  const { id, verdictCount } = finding
  const rest = state.unsent.filter((word) => word.key !== key)
  const first = rest.find(({ findingId }) => findingId === id)
  const unsent = rest.map((word) =>
    word === first ? { ...word, body: { ...word.body, expectedVerdicts: verdictCount } } : word,
  )
  const sent = { ...state, unsent, attempts: 0 }
  return state.findings.has(id) ? change(sent, finding) : sent
}

/** It does not hold, and neither does what was said after it of the same finding. */
function refuse(state: ReviewState, key: string, why: Omit<Refused, 'findingId'>): ReviewState {
  const findingId = state.unsent.find((word) => word.key === key)?.findingId
  if (findingId === undefined) return state
  const unsent = state.unsent.filter((word) => word.findingId !== findingId)
  const said = state.said.filter(({ word }) => word.findingId !== findingId)
  const selectedId = state.findings.has(findingId) ? findingId : state.selectedId
  return { ...state, unsent, said, selectedId, attempts: 0, mode: 'looking', refused: { findingId, ...why } }
}
