import { AppError } from '../../core/errors.ts'
import type { Finding, FindingChange, Verdict } from '../../core/finding.ts'
import { type BeforeAfter, reviewStateOf } from '../../core/finding.ts'
import type { FindingDesk } from '../../core/finding-desk.ts'
import type { FlightDesk, FlightDetail, PatrolDigest, PatrolPlan, RiverWatch } from '../../core/patrol.ts'

/** Flights and findings in memory: what is put in comes out. */
export interface MemoryPatrol {
  flights: FlightDesk
  findings: FindingDesk
  addFlight(detail: FlightDetail): void
  addDigest(digest: PatrolDigest): void
  addRiver(river: RiverWatch): void
  /** A finding as it stands from now on, and what became of it. */
  addFinding(finding: Finding, change?: FindingChange): void
  addPair(id: string, pair: BeforeAfter): void
}

export function createMemoryPatrol(nowMs: () => number): MemoryPatrol {
  const flights = new Map<string, FlightDetail>()
  const digests: PatrolDigest[] = []
  const rivers: RiverWatch[] = []
  const findings = new Map<string, Finding>()
  const pairs = new Map<string, BeforeAfter>()
  const plans = new Map<string, PatrolPlan>()
  const listeners = new Set<(finding: Finding, change: FindingChange) => void>()

  function addFinding(finding: Finding, change: FindingChange = 'opened'): void {
    findings.set(finding.id, finding)
    for (const listener of listeners) listener(finding, change)
  }

  return {
    addFinding,
    addDigest: (digest) => void digests.unshift(digest),
    addRiver: (river) => void rivers.push(river),
    addFlight: (detail) => void flights.set(detail.flight.id, detail),
    addPair: (id, pair) => void pairs.set(id, pair),
    flights: {
      flights({ device, limit, cursor = '0' }) {
        const meant = [...flights.values()]
          .map(({ flight }) => flight)
          .filter((one) => one.device === (device ?? one.device))
        const from = Number(cursor)
        const more = from + limit < meant.length
        return { items: meant.slice(from, from + limit), ...(more && { nextCursor: `${from + limit}` }) }
      },
      flight: (id) => flights.get(id) ?? null,
      patrols: ({ limit }) => ({ items: [...digests].slice(0, limit) }),
      rivers: () => [...rivers],
      plans: () => [...plans.values()],
      async setPlan(plan) {
        plans.set(plan.id, plan)
        return plan
      },
      async withdrawPlan(id) {
        if (!plans.delete(id)) throw new AppError('not_found', 'no such plan', { plan: id })
      },
    },
    findings: {
      findings({ limit, cursor = '0', label, review, reach, river, flight, presence }) {
        const meant = [...findings.values()].filter(
          (one) =>
            one.label === (label ?? one.label) &&
            one.presence === (presence ?? one.presence) &&
            one.place?.reach === (reach ?? one.place?.reach) &&
            one.place?.river === (river ?? one.place?.river) &&
            (flight === undefined || one.flights.some(({ flightId }) => flightId === flight)) &&
            reviewStateOf(one) === (review ?? reviewStateOf(one)),
        )
        const from = Number(cursor)
        const more = from + limit < meant.length
        return { items: meant.slice(from, from + limit), ...(more && { nextCursor: `${from + limit}` }) }
      },
      finding: (id) => findings.get(id),
      beforeAfter: (id) => pairs.get(id) ?? null,
      reviewed: () => [...findings.values()].filter(({ verdicts }) => verdicts.length > 0),
      async review({ findingId, word, note, expectedVerdicts, idempotencyKey: key }, by) {
        const finding = findings.get(findingId)
        if (finding === undefined) throw new AppError('not_found', 'no such finding', { finding: findingId })
        const { verdicts, best } = finding
        if (key !== undefined && verdicts.some((verdict) => verdict.by === by && verdict.key === key)) return finding
        if ((expectedVerdicts ?? verdicts.length) !== verdicts.length)
          throw new AppError('conflict', 'others have judged it meanwhile', { verdicts: verdicts.length })
        const verdict = {
          ...{ ...word, by, atMs: nowMs(), model: best.model, score: finding.score },
          ...(note !== undefined && { note }),
          ...(key !== undefined && { key }),
        } as Verdict
        const { label, modelLabel = label } = finding
        const named = word.verdict === 'reclassed' ? { label: word.label, modelLabel } : {}
        const next = { ...finding, ...named, verdicts: [...verdicts, verdict] }
        addFinding(next, 'reviewed')
        return next
      },
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
}
