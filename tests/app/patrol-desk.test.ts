import { describe, expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { createJudging } from '../../app/judging.ts'
import { openLedgerWriter } from '../../app/ledger.ts'
import { createPatrolDesk } from '../../app/patrol-desk.ts'
import type { FindingChange, FindingNews } from '../../core/finding.ts'
import type { AlertEvent, LedgerEntry } from '../../core/ledger-entry.ts'
import { silentLog } from '../../core/log.ts'
import type { Arrival } from '../../core/observation.ts'
import { createPatrolJudge } from '../../detectors/patrol/patrol-judge.ts'
import { aBook, aFlight, HOUR_MS, NOON_MS, seen } from '../detectors/patrol/a-patrol.ts'
import { aDevice, engineOf, rulesOf } from '../detectors/rules/play.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

const DEBRIS_RULE = `rules:
  - { id: debris, title: { zh: 漂浮物, en: Debris }, category: river, kind: finding, labels: { debris: minor } }`

/** Everything between two journals in memory, with one drone and these rules. */
async function open(rules = DEBRIS_RULE, things = [seen('debris', 300)]) {
  const intake = createMemoryJournal({ id: 'intake' })
  const ledger = createMemoryJournal({ id: 'ledger' })
  const patrol = aBook()
  const book = createAlertBook({ describe: () => ({}) })
  const listeners = new Set<(news: FindingNews) => void>()
  const judge = createPatrolJudge(
    patrol,
    engineOf(rulesOf(rules), [aDevice({ id: 'drone-1', type: 'drone' })]),
    (news) => {
      for (const listener of listeners) listener(news)
    },
  )
  const events: AlertEvent[] = []
  let nowMs = NOON_MS
  const judging = createJudging({
    ...{ journal: intake, ledger: await openLedgerWriter({ ledger, log: silentLog }), judge, book, log: silentLog },
    clock: { nowMs: () => nowMs },
    from: { seq: 0, clockMs: 0 },
    onObservation: () => {},
    onEvent: (event) => events.push(event),
  })
  const size = { widthPx: 1280, heightPx: 720, pose: {}, sha256: '', device: 'drone-1', detections: [] }
  const desk = createPatrolDesk({
    ...{ patrol, judging, openAlerts: book.open },
    onFinding(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    frame: async (frameId) => ({ frameId, atMs: nowMs, state: 'analysed', ...size }),
  })
  desk.start()
  const fly = async (arrivals: Arrival[]) => {
    for (const arrival of arrivals) {
      nowMs = Math.max(nowMs, 'atMs' in arrival ? arrival.atMs + 1000 : nowMs)
      await new Promise<void>((resolve, reject) =>
        judging.submit(arrival, (error) => (error ? reject(error) : resolve())),
      )
    }
  }
  await fly(aFlight({ id: 'one', beganMs: NOON_MS, toM: 600 }, things))
  const ledgerEntries = async () =>
    (await ledger.read(0, 1000)).map(({ bytes }) => JSON.parse(bytes.toString()) as LedgerEntry)
  const [finding] = desk.findings.findings({ limit: 10 }).items
  return { desk, findings: desk.findings, flights: desk.flights, finding: finding!, book, events, fly, ledgerEntries }
}

const NO_RULES = `rules:
  - { id: none, title: { zh: 无, en: None }, category: river, kind: finding, labels: { boat: minor } }`

describe("a reviewer's word", () => {
  it('is in the ledger before it is answered, with the model that was judged and where it was said', async () => {
    const { findings, finding, ledgerEntries } = await open()
    const word = { verdict: 'rejected', reason: 'glint' } as const
    const after = await findings.review({ findingId: finding.id, word, note: 'sun' }, 'chief')

    expect(after.verdicts).toEqual([
      { ...word, note: 'sun', by: 'chief', atMs: expect.any(Number), model: 'm', score: 0.8 },
    ])
    const entry = (await ledgerEntries()).find(({ type }) => type === 'finding.reviewed')
    expect(entry).toMatchObject({ by: 'chief', findingId: finding.id, afterSeq: expect.any(Number), verdict: word })
  })

  it('ends the alert in their name, behind their word in the ledger, and the next flight raises none', async () => {
    const { findings, finding, book, events, fly, ledgerEntries } = await open()
    expect(book.open()).toMatchObject([{ rule: 'debris', finding: { id: finding.id } }])

    await findings.review({ findingId: finding.id, word: { verdict: 'rejected', reason: 'leaves' } }, 'chief')
    expect(book.open()).toEqual([])
    expect((await ledgerEntries()).slice(-2).map(({ type }) => type)).toEqual(['finding.reviewed', 'alert.cleared'])
    expect(events.at(-1)).toMatchObject({ by: 'chief', comment: 'leaves' })

    const told = events.length
    await fly(aFlight({ id: 'two', beganMs: NOON_MS + HOUR_MS, toM: 600 }, [seen('debris', 300)]))
    expect(events.slice(told)).toEqual([])
  })

  it('raises an alert where no rule did, once, which ends when the thing is gone or the word is taken back', async () => {
    const { findings, finding, book, events, fly } = await open(NO_RULES)
    const say = (verdict: 'confirmed' | 'reopened') =>
      findings.review({ findingId: finding.id, word: { verdict } }, 'chief')
    await say('confirmed')
    await say('confirmed')
    expect(events.map(({ type }) => type)).toEqual(['alert.raised'])
    expect(book.open()).toMatchObject([
      {
        rule: 'huying.finding_confirmed',
        subject: { finding: finding.id },
        finding: { review: 'confirmed', reviewedBy: 'chief' },
      },
    ])
    await say('reopened')
    expect(book.open()).toMatchObject([{ state: 'cleared' }])
    await say('confirmed')
    expect(book.open()).toMatchObject([{ state: 'active' }])

    await fly(aFlight({ id: 'two', beganMs: NOON_MS + HOUR_MS, toM: 600 }, []))
    // What a flight did not see is decided when it is over.
    await fly(aFlight({ id: 'three', beganMs: NOON_MS + 2 * HOUR_MS, fromM: 2000, toM: 2000 }, []))
    expect(findings.finding(finding.id)).toMatchObject({ presence: 'gone' })
    expect(book.open()).toMatchObject([{ state: 'cleared', rule: 'huying.finding_confirmed' }])
  })

  it('is told to those who watch once it is durable, and again changes nothing when its key is the same', async () => {
    const { findings, finding, ledgerEntries } = await open()
    const told: FindingChange[] = []
    findings.onChange((_, change) => told.push(change))
    const command = { findingId: finding.id, word: { verdict: 'confirmed' }, idempotencyKey: 'k' } as const
    const [first, again] = await Promise.all([findings.review(command, 'chief'), findings.review(command, 'chief')])

    expect([first.verdicts.length, again.verdicts.length]).toEqual([1, 1])
    expect(told).toEqual(['reviewed'])
    expect((await ledgerEntries()).filter(({ type }) => type === 'finding.reviewed')).toHaveLength(1)
    expect((await findings.review(command, 'deputy')).verdicts).toHaveLength(2)
  })

  it('is refused when others have spoken meanwhile, or when it cannot be true', async () => {
    const { findings, finding, ledgerEntries } = await open(DEBRIS_RULE, [seen('debris', 300), seen('debris', 400)])
    const other = findings.findings({ limit: 10 }).items.find(({ id }) => id !== finding.id)!
    const review = (word: Parameters<typeof findings.review>[0]['word'], more = {}) =>
      findings.review({ findingId: finding.id, word, ...more }, 'chief')
    await review({ verdict: 'duplicate', of: other.id })
    const before = (await ledgerEntries()).length

    await expect(review({ verdict: 'confirmed' }, { expectedVerdicts: 0 })).rejects.toMatchObject({ code: 'conflict' })
    await expect(review({ verdict: 'duplicate', of: finding.id })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(review({ verdict: 'duplicate', of: 'f404-0' })).rejects.toMatchObject({ code: 'bad_request' })
    const ring = { findingId: other.id, word: { verdict: 'duplicate', of: finding.id } } as const
    await expect(findings.review(ring, 'chief')).rejects.toMatchObject({ code: 'bad_request' })
    const { frameId } = finding.best
    const outside = { verdict: 'redrawn', frameId, box: [1270, 10, 20, 20] } as const
    await expect(review({ ...outside, box: [...outside.box] })).rejects.toThrow('1280 × 720')
    await expect(review({ verdict: 'redrawn', frameId: 'other', box: [1, 1, 9, 9] })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(
      findings.review({ findingId: 'f404-0', word: { verdict: 'confirmed' } }, 'chief'),
    ).rejects.toMatchObject({ code: 'not_found' })
    expect((await ledgerEntries()).length).toBe(before)
  })

  it('may redraw the box, which is then what pictures are cut by', async () => {
    const { findings, finding } = await open()
    const word = { verdict: 'redrawn', frameId: finding.best.frameId, box: [10, 20, 30, 40] } as const
    const after = await findings.review({ findingId: finding.id, word: { ...word, box: [...word.box] } }, 'chief')
    expect(after.best.box).toEqual([10, 20, 30, 40])
    expect(findings.reviewed().map(({ id }) => id)).toEqual([finding.id])
  })
})

describe('a planned route', () => {
  it('is made and withdrawn through the ledger', async () => {
    const { flights, ledgerEntries } = await open()
    const plan = {
      id: 'weekly',
      name: '每周',
      waypoints: [{ position: { lat: 30, lon: 120 } }, { position: { lat: 30, lon: 120.01 } }],
    }
    expect(await flights.setPlan(plan, 'chief')).toEqual(plan)
    expect(flights.plans()).toEqual([plan])
    await flights.withdrawPlan('weekly', 'chief')
    expect(flights.plans()).toEqual([])
    await expect(flights.withdrawPlan('weekly', 'chief')).rejects.toMatchObject({ code: 'not_found' })
    const types = (await ledgerEntries()).map(({ type }) => type).filter((type) => type.startsWith('patrol.'))
    expect(types).toEqual(['patrol.planned', 'patrol.withdrawn'])
  })
})
