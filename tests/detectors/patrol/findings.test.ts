import { describe, expect, it } from 'vitest'
import type { Detection } from '../../../core/detection.ts'
import type { FindingNews, VerdictWord } from '../../../core/finding.ts'
import type { Arrival } from '../../../core/observation.ts'
import {
  aBook,
  aFlight,
  analysisOf,
  FEATURES,
  frameOf,
  HOUR_MS,
  MINUTE_MS,
  mask,
  NOON_MS,
  seen,
  toJournal,
} from './a-patrol.ts'

const DAY_MS = 24 * HOUR_MS

/** Lets a book see all of it and time pass until everything is decided. */
function watch(arrivals: Arrival[], book = aBook()) {
  const news: FindingNews[] = []
  let lastMs = 0
  for (const observation of toJournal(arrivals)) {
    news.push(...book.observe(observation))
    lastMs = observation.arrivalMs
  }
  news.push(...book.advance(lastMs + HOUR_MS))
  const told = news.filter(({ change }) => change !== 'seen').map(({ change, finding }) => `${change} ${finding.label}`)
  return { book, news, told, findings: book.findings({ limit: 1000 }).items, lastMs }
}

const first = (things: Detection[]) => aFlight({ id: 'one', beganMs: NOON_MS }, things)
const second = (things: Detection[]) => aFlight({ id: 'two', beganMs: NOON_MS + DAY_MS }, things)

describe('one object over many pictures and flights', () => {
  it('is one finding, however many pictures show it', () => {
    const { findings, told } = watch(first([seen('debris', 500)]))
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ label: 'debris', presence: 'present', sightings: 2, areaM2: 4 })
    expect(findings[0]!.place).toMatchObject({ river: '文津河', reach: 'upper', bank: 'middle' })
    expect(Math.round(findings[0]!.place!.alongM)).toBe(500)
    expect(told).toEqual(['opened debris'])
  })

  it('is seen again by the next flight under the same id', () => {
    const { findings, told } = watch([...first([seen('debris', 500)]), ...second([seen('debris', 505, 4)])])
    expect(findings).toHaveLength(1)
    expect(findings[0]!.flights.map(({ flightId }) => flightId)).toEqual(['one', 'two'])
    expect(told).toEqual(['opened debris', 'seen_again debris'])
  })

  it('is another finding where it is of another class or too far away', () => {
    const things = [seen('debris', 500), seen('algae', 500), seen('debris', 540)]
    expect(watch(first(things)).findings).toHaveLength(3)
  })

  it('is gone when a later flight looks there and does not see it, and returns under its id', () => {
    const third = aFlight({ id: 'three', beganMs: NOON_MS + 2 * DAY_MS }, [seen('debris', 501)])
    const { findings, told, news } = watch([...first([seen('debris', 500)]), ...second([]), ...third])
    expect(told).toEqual(['opened debris', 'gone debris', 'returned debris'])
    expect(new Set(news.map(({ finding }) => finding.id)).size).toBe(1)
    expect(findings[0]!.presence).toBe('present')
  })

  it('stays where no later flight looked well enough', () => {
    const blurred = aFlight({ id: 'two', beganMs: NOON_MS + DAY_MS }, [], (shot) => ({ ...shot, sharpness: 1 }))
    const elsewhere = aFlight({ id: 'two', beganMs: NOON_MS + DAY_MS, fromM: 1500 }, [])
    for (const later of [blurred, elsewhere]) {
      const { findings, told } = watch([...first([seen('debris', 500)]), ...later])
      expect(told).toEqual(['opened debris'])
      expect(findings[0]!.presence).toBe('present')
    }
  })

  it('is gone from a coarse picture only when it is large enough to be seen in it', () => {
    const coarse = aFlight({ id: 'two', beganMs: NOON_MS + DAY_MS }, [], (shot) => ({ ...shot, gsdCm: 7 }))
    const bottle = seen('debris', 500, 0, { sizeM: [0.3, 0.2] })
    const raft = seen('debris', 800, 0, { sizeM: [2, 1] })
    const { findings } = watch([...first([bottle, raft]), ...coarse])
    expect(findings.map(({ presence, place }) => [Math.round(place!.alongM), presence]).sort()).toEqual([
      [500, 'present'],
      [800, 'gone'],
    ])
  })

  it('is not taken for a new thing beside it that an earlier picture of the next flight shows', () => {
    const { findings } = watch([...first([seen('debris', 490)]), ...second([seen('debris', 478), seen('debris', 490)])])
    const alongM = (id: string) => Math.round(findings.find((finding) => finding.id === id)!.place!.alongM)
    expect(findings).toHaveLength(2)
    const [old] = findings.filter(({ flights }) => flights.length === 2)
    expect(alongM(old!.id)).toBe(490)
  })

  it('has grown when its area is so much larger than on the flight before', () => {
    const small = seen('algae', 500, 0, { areaM2: 20 })
    const large = seen('algae', 500, 0, { areaM2: 50 })
    const { told, findings } = watch([...first([small]), ...second([large])])
    expect(told).toEqual(['opened algae', 'seen_again algae', 'grown algae'])
    expect(findings[0]).toMatchObject({ growth: 2.5, areaM2: 50 })
  })

  it('is placed better with every sighting, but never better than the receiver', () => {
    const things = (radiusM: number) => [seen('debris', 500, 0, { radiusM })]
    expect(watch(first(things(8))).findings[0]!.radiusM).toBeCloseTo(8 / Math.SQRT2, 3)
    expect(watch(first(things(1))).findings[0]!.radiusM).toBe(1.5)
  })
})

describe('what is believed', () => {
  it.each([
    ['one strong sighting', [0.7], true],
    ['two middling ones', [0.4, 0.4], true],
    ['one middling one', [0.4], false],
    ['two weak ones after nothing strong', [0.25, 0.25], false],
    ['a middling one and weak ones that pull the median down', [0.36, 0.2, 0.2], false],
  ])('%s: %j is %s', (_, scores, believed) => {
    const shots = scores.map((score, i) => ({
      ...{ frameId: `f${i}`, eastM: 500, atMs: NOON_MS + i * 4_000 },
      detections: [seen('debris', 500, 0, { score })],
    }))
    const { told } = watch(shots.flatMap((shot) => [frameOf(shot), analysisOf(shot)]))
    expect(told).toEqual(believed ? ['opened debris'] : [])
  })

  it('a person is told of after a single strong picture, and is over when nobody sees them for minutes', () => {
    const { told } = watch(
      aFlight({ id: 'one', beganMs: NOON_MS, fromM: 480, toM: 520 }, [seen('person', 500, 0, { sizeM: [1, 1] })]),
    )
    expect(told).toEqual(['opened person', 'gone person'])
  })

  it('leaves out what is too small or large for its class in metres', () => {
    const house = seen('debris', 500, 0, { sizeM: [90, 40] })
    const speck = seen('debris', 600, 0, { sizeM: [0.05, 0.05] })
    expect(watch(first([house, speck])).findings).toEqual([])
  })

  it('leaves out what lies in a mask of its class, and counts it', () => {
    const book = aBook({ features: [...FEATURES, mask(500, 0, ['boat'])] })
    const boat = seen('boat', 500, 0, { sizeM: [8, 3] })
    const { told } = watch(first([boat, seen('debris', 500)]), book)
    expect(told).toEqual(['opened debris'])
    const masked = book.measurements().find(({ name }) => name === 'huying_findings_masked_total')
    expect(masked?.value).toBe(2)
  })

  it('makes one finding for each label, drone and flight of what has no position', () => {
    const { position: _p, radiusM: _r, ...nowhere } = seen('plume', 0)
    const shots = [0, 1, 2].map((i) => ({
      ...{ frameId: `f${i}`, eastM: 500, atMs: NOON_MS + i * MINUTE_MS, detections: [nowhere, nowhere] },
    }))
    const { findings } = watch(shots.flatMap((shot) => [frameOf(shot), analysisOf(shot)]))
    expect(findings).toHaveLength(1)
    expect(findings[0]!.sightings).toBe(3)
  })
})

describe('order of arrival', () => {
  it('does not matter to what a backlog shows', () => {
    const things = [seen('debris', 500), seen('algae', 800)]
    const inOrder = first(things)
    const frames = inOrder.slice(1, -1)
    const upsideDown = [
      inOrder[0]!,
      ...frames.toReversed().flatMap((one, i, all) => (i % 2 ? [one, all[i - 1]!] : [])),
      inOrder.at(-1)!,
    ]
    const [a, b] = [watch(inOrder).findings, watch(upsideDown).findings]
    const places = (findings: typeof a) =>
      findings
        .map(({ label, position, sightings }) => ({ label, position, sightings }))
        .sort((x, y) => (x.label < y.label ? -1 : 1))
    expect(places(b)).toEqual(places(a))
  })

  it('lets a backlog of an older flight be seen gone by the flight that came after it', () => {
    const { told } = watch([...second([]), ...first([seen('debris', 500)])])
    expect(told).toEqual(['opened debris', 'gone debris'])
  })

  it('passes by an analysis that comes again', () => {
    const flight = first([seen('debris', 500)])
    expect(watch([...flight, ...flight.filter(({ kind }) => kind === 'analysis')]).findings[0]!.sightings).toBe(2)
  })
})

describe('what people say', () => {
  const say = (findingId: string, word: VerdictWord, afterSeq: number) => ({
    ...{ type: 'finding.reviewed' as const, atMs: NOON_MS + HOUR_MS, by: 'li', findingId, afterSeq },
    verdict: { ...word, by: 'li', atMs: NOON_MS + HOUR_MS, model: 'm', score: 0.8 },
  })

  function reviewed(word: (ids: string[]) => VerdictWord) {
    const one = watch(first([seen('debris', 500), seen('debris', 540)]))
    const ids = one.findings.map(({ id }) => id).sort()
    const lastSeq = toJournal(first([])).length
    one.book.applyEntry(say(ids[0]!, word(ids), lastSeq))
    const news = one.book.advance(one.lastMs + HOUR_MS)
    return { ...one, ids, news, find: () => one.book.finding(ids[0]!)! }
  }

  it('a word is news of the finding', () => {
    const { news, find } = reviewed(() => ({ verdict: 'rejected', reason: 'glint' }))
    expect(news.map(({ change }) => change)).toEqual(['reviewed'])
    expect(find().verdicts).toHaveLength(1)
  })

  it('a re-class changes what it is called, not how it is matched', () => {
    const { book, find, lastMs } = reviewed(() => ({ verdict: 'reclassed', label: 'algae' }))
    expect(find().label).toBe('algae')
    const [frame, analysis] = [frameOf, analysisOf].map((make) =>
      make({ frameId: 'x', eastM: 500, atMs: lastMs + DAY_MS, detections: [seen('debris', 500)] }),
    )
    for (const [i, arrival] of [frame!, analysis!].entries())
      book.observe({ ...arrival, seq: 10_000 + i, arrivalMs: lastMs + DAY_MS + i } as never)
    expect(find().sightings).toBe(3)
  })

  it('what is a duplicate goes on in the other', () => {
    const { book, ids, find, lastMs } = reviewed((all) => ({ verdict: 'duplicate', of: all[1]! }))
    const shot = { frameId: 'x', eastM: 500, atMs: lastMs + DAY_MS, detections: [seen('debris', 500)] }
    for (const [i, arrival] of [frameOf(shot), analysisOf(shot)].entries())
      book.observe({ ...arrival, seq: 10_000 + i, arrivalMs: lastMs + DAY_MS + i } as never)
    expect(find().sightings).toBe(2)
    expect(book.finding(ids[1]!)!.sightings).toBe(3)
  })

  it('a redrawn box is that of its best picture', () => {
    const box: [number, number, number, number] = [1, 2, 3, 4]
    const { find, ids, book } = reviewed(() => ({ verdict: 'reopened' }))
    const { frameId } = find().best
    book.applyEntry({ ...say(ids[0]!, { verdict: 'redrawn', frameId, box }, 1), atMs: NOON_MS + 2 * HOUR_MS })
    book.advance(0)
    expect(find().best.box).toEqual(box)
  })

  it('a pair of pictures shows the spot on the last two flights', () => {
    const { book, findings } = watch([...first([seen('debris', 500)]), ...second([])])
    const pair = book.beforeAfter(findings[0]!.id)!
    expect(pair.before?.flightId).toBe('one')
    expect(pair.before?.sighting?.score).toBe(0.8)
    expect(pair.after.flightId).toBe('two')
    expect(pair.after.sighting).toBeUndefined()
  })
})

it('what nobody knows is not made up', () => {
  expect(aBook().finding('nothing')).toBeNull()
  expect(aBook().beforeAfter('nothing')).toBeNull()
})
