import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SENSED_KINDS } from '../../../detectors/fusion/evidence-table.ts'
import {
  createHouseWorld,
  DAY_MS,
  dayOf,
  HOUR_MS,
  houseAt,
  inOrder,
  MONDAY_MS,
  record,
  type Step,
  tellingTable,
  visit,
} from '../../fixtures/house-world.ts'

const day = (n: number) => MONDAY_MS + n * DAY_MS
const quietDays = (house: string, from: number, until: number) =>
  Array.from({ length: until - from }, (_, i) => dayOf(house, day(from + i)))
const WEEK = quietDays('h1', 0, 7)

describe('a house in which nobody filed works', () => {
  it('is likely to be renovated once a lease is followed by drilling, dust and noise', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5) + 10 * HOUR_MS)]))
    expect(world.fusion.suspicionOf('h1')).toMatchObject({
      state: 'watched',
      windows: [{ recordType: 'lease.signed' }],
    })
    world.run(dayOf('h1', day(7), { works: true }))
    const found = world.fusion.suspicionOf('h1')!
    expect(found.state).toBe('likely')
    expect(found.filing).toMatchObject({ record: null })
    const kinds = found.evidence.map(({ kind }) => kind)
    expect(kinds).toEqual(
      expect.arrayContaining(['lease.signed', 'drilling', 'hammering', 'inside', 'dust', 'rubble', 'tools', 'slept']),
    )
    expect(new Set(kinds).size).toBe(kinds.length)
    expect(world.changesOf('h1').slice(0, 1)).toEqual(['opened'])
    expect(world.changesOf('h1')).toContain('likely')
  })

  it('tells a probability that is the logistic of the prior and all weights', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5))], dayOf('h1', day(7), { works: true })))
    const { prior, evidence, probability } = world.fusion.suspicionOf('h1')!
    const logOdds = evidence.reduce((sum, { weight }) => sum + weight, prior)
    expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 9)
  })

  it('must be visited by the end of the next working day, and is overdue after it', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5))], dayOf('h1', day(7), { works: true })))
    expect(world.fusion.suspicionOf('h1')!.visitByMs).toBe(day(8) + 17 * HOUR_MS)
    world.advance(day(8) + 17 * HOUR_MS)
    expect(world.changesOf('h1').at(-1)).toBe('overdue')
  })

  it('is settled by a visit that finds nothing, and likely again by what is heard afterwards', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5))], dayOf('h1', day(7), { works: true })))
    world.run([visit('h1', day(8) + 9 * HOUR_MS, 'none')])
    expect(world.fusion.suspicionOf('h1')!.state).toBe('watched')
    expect(world.changesOf('h1').at(-1)).toBe('settled')
    world.run(inOrder(...[9, 10, 11, 12].map((n) => dayOf('h1', day(n), { works: true }))))
    expect(world.fusion.suspicionOf('h1')!.state).toBe('likely')
  })

  it('is confirmed by a visit that finds works, until they are finished', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5))], dayOf('h1', day(7), { works: true })))
    world.run([visit('h1', day(8) + 9 * HOUR_MS, 'works_found')])
    expect(world.changesOf('h1').at(-1)).toBe('confirmed')
    world.run([record('r2', 'works.finished', 'h1', day(9))])
    expect(world.fusion.suspicionOf('h1')!.state).not.toBe('confirmed')
  })

  it('has a new deadline when entry was refused', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5))], dayOf('h1', day(7), { works: true })))
    world.run([visit('h1', day(8) + 9 * HOUR_MS, 'refused_entry')])
    expect(world.fusion.suspicionOf('h1')).toMatchObject({ state: 'likely', visitByMs: day(9) + 17 * HOUR_MS })
  })
})

describe('a house whose works are filed', () => {
  it('is watched, not warned of, and likely when works go on after the filing has ended', () => {
    const world = createHouseWorld([houseAt('h1')])
    const body = { filing: 'WJ1', validFrom: '2026-03-08', validTo: '2026-03-10' }
    const lease = record('r1', 'lease.signed', 'h1', day(5))
    world.run(inOrder(...WEEK, [lease, record('f1', 'works.filed', 'h1', day(5), body)]))
    world.run(dayOf('h1', day(7), { works: true }))
    expect(world.fusion.suspicionOf('h1')).toMatchObject({ state: 'approved', filing: { record: { filing: 'WJ1' } } })
    expect(world.changesOf('h1')).not.toContain('likely')
    world.run(inOrder(...[13, 14, 15].map((n) => dayOf('h1', day(n), { works: true }))))
    expect(world.fusion.suspicionOf('h1')!.state).toBe('likely')
  })
})

describe('what else could explain it', () => {
  it('is a neighbour at which it is louder: only that one is likely', () => {
    const world = createHouseWorld([houseAt('h1'), houseAt('h2', 12)])
    const calm = inOrder(...WEEK, ...quietDays('h2', 0, 7), [record('r1', 'lease.signed', 'h2', day(5))])
    world.run(calm)
    const faint = dayOf('h2', day(7), { drilling: true }).map((step) =>
      'arrival' in step && step.arrival.kind === 'readings'
        ? {
            ...step,
            arrival: {
              ...step.arrival,
              samples: step.arrival.samples.map((one) =>
                one.metric === 'ppv_mm_s' ? { ...one, value: one.value / 5 } : one,
              ),
            },
          }
        : step,
    )
    world.run(inOrder(dayOf('h1', day(7), { works: true }), faint))
    const drilling = world.fusion.suspicionOf('h2')!.evidence.find(({ kind }) => kind === 'drilling')!
    expect(drilling.otherCauses[0]).toMatchObject({ code: 'neighbour', building: 'h1' })
    expect(world.fusion.suspicionOf('h2')!.state).toBe('watched')
    expect(world.fusion.suspicionOf('h1')!.evidence.find(({ kind }) => kind === 'drilling')!.otherCauses).toEqual([])
  })

  it('is works of a road where many houses hear the same', () => {
    const ids = ['h1', 'h2', 'h3', 'h4', 'h5']
    const world = createHouseWorld(ids.map((id, i) => houseAt(id, i * 15)))
    world.run(inOrder(...ids.flatMap((id) => quietDays(id, 0, 4))))
    world.run(inOrder(...ids.map((id) => dayOf(id, day(4), { drilling: true }))))
    for (const id of ids) {
      const drilling = world.fusion.suspicionOf(id)!.evidence.find(({ kind }) => kind === 'drilling')!
      expect(drilling.otherCauses[0]).toMatchObject({ code: 'road_works', params: { houses: 5 } })
    }
    expect(world.news.filter(({ change }) => change === 'likely')).toEqual([])
  })

  it('is something elsewhere when the house shakes and its air stays quiet and clean', () => {
    const world = createHouseWorld([houseAt('h1')])
    const days = [...quietDays('h1', 0, 4), dayOf('h1', day(4), { drilling: true })]
    world.run(inOrder(...days))
    const codes = () => {
      const [drilling] = world.fusion.suspicionOf('h1')!.evidence.filter(({ kind }) => kind === 'drilling')
      return drilling!.otherCauses.map(({ code }) => code)
    }
    expect(codes()).toEqual(['quiet_inside'])
    world.run(dayOf('h1', day(4), { works: true }).map((step) => ({ ...step, atMs: day(5) })))
    expect(codes()).toEqual([])
  })

  it('is a fouled sensor, or a stove, when there is dust and nothing is heard or felt', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...quietDays('h1', 0, 4), dayOf('h1', day(4), { dust: true })))
    const codes = () => {
      const [dust] = world.fusion.suspicionOf('h1')!.evidence.filter(({ kind }) => kind === 'dust')
      return dust!.otherCauses.map(({ code }) => code)
    }
    expect(codes()).toEqual(['dust_alone'])
    world.run(dayOf('h1', day(4), { works: true }).map((step) => ({ ...step, atMs: day(5) })))
    expect(codes()).toEqual([])
  })

  it('is a sensor that drills round the clock, for all that is made of it', () => {
    const world = createHouseWorld([houseAt('h1')], tellingTable())
    const stuck = dayOf('h1', day(0)).map((step) =>
      'arrival' in step && step.arrival.kind === 'readings'
        ? {
            ...step,
            arrival: {
              ...step.arrival,
              samples: step.arrival.samples.map((one) => {
                if (one.metric === 'work_class') return { ...one, value: 1 }
                return one.metric === 'ppv_mm_s' ? { ...one, value: 0.4 } : one
              }),
            },
          }
        : step,
    )
    world.run(stuck)
    const told = world.fusion.suspicionOf('h1')!.evidence.filter(({ from }) => from.includes('v-h1'))
    expect(told.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['drilling', 'early']))
    for (const { otherCauses } of told)
      expect(otherCauses).toContainEqual(expect.objectContaining({ code: 'sensor_fault' }))
  })
})

describe('what must always hold', () => {
  const story = (): Step[] =>
    inOrder(
      ...quietDays('h1', 0, 5),
      dayOf('h1', day(5), { works: true }),
      dayOf('h2', day(5), { drilling: true }),
      dayOf('h1', day(7), { works: true }),
      [record('r1', 'lease.signed', 'h1', day(0) + 1), record('f1', 'works.filed', 'h2', day(5) + 13 * HOUR_MS)],
      [visit('h1', day(6) + 9 * HOUR_MS, 'none'), record('r3', 'report.noise', 'h1', day(7) + 11 * HOUR_MS)],
    )
  const houses = [houseAt('h1'), houseAt('h2', 20)]

  it('the same news whenever time is let pass in between, and across a snapshot taken anywhere', () => {
    const steps = story()
    const plain = createHouseWorld(houses)
    plain.run(steps)
    plain.advance(day(12))
    expect(plain.changesOf('h1')).toEqual(expect.arrayContaining(['opened', 'likely', 'settled']))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(steps.length - 1), fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), {
          maxLength: 12,
        }),
        (cuts) => {
          const world = createHouseWorld(houses)
          let from = 0
          for (const [at, restarts, share] of [...cuts].sort((a, b) => a[0] - b[0])) {
            world.run(steps.slice(from, at))
            from = Math.max(from, at)
            const [last, next] = [steps[at - 1]?.atMs ?? day(0), steps[at]!.atMs]
            world.advance(last + Math.floor((next - last) * share))
            if (restarts) world.restart()
          }
          world.run(steps.slice(from))
          world.advance(day(12))
          expect(world.news).toEqual(plain.news)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('never a warning from records alone', () => {
    const types = [
      'lease.signed',
      'lease.changed',
      'scope.changed',
      'owner.changed',
      'account.changed',
      'works.refused',
    ]
    const filed = fc.array(fc.tuple(fc.constantFrom(...types), fc.nat(60)), { maxLength: 60 })
    fc.assert(
      fc.property(filed, (all) => {
        const world = createHouseWorld([houseAt('h1')])
        world.run(inOrder(all.map(([type, after], i) => record(`r${i}`, type, 'h1', day(after) + i))))
        world.advance(day(90))
        expect(world.changesOf('h1')).not.toContain('likely')
      }),
      { numRuns: 30 },
    )
  })
})

describe('records', () => {
  it('and what they make of readings are never enough: something must be heard that says as much by itself', () => {
    const table = tellingTable()
    for (const kind of SENSED_KINDS) for (const level of table.sensed[kind].levels) level.ratio = 1
    for (const level of table.again.levels) level.ratio = 1
    for (const level of table.records['lease.signed']!.levels) level.ratio = 1e4
    const { levels } = table.sensed.hammering
    const ratios = table.records['lease.signed']!.levels.map(() => levels.map(() => 1000))
    const world = createHouseWorld([houseAt('h1')], {
      ...table,
      together: [{ kinds: ['lease.signed', 'hammering'], ratios }],
    })
    world.run(inOrder(...WEEK, [record('r1', 'lease.signed', 'h1', day(5))], dayOf('h1', day(7), { works: true })))
    expect(world.fusion.suspicionOf('h1')!.probability).toBeGreaterThan(0.99)
    expect(world.changesOf('h1')).not.toContain('likely')
  })
})

describe('a door', () => {
  it('is weighed within a minute where works are thought of', () => {
    const world = createHouseWorld([houseAt('h1')], tellingTable())
    const evening = day(7) + 21 * HOUR_MS
    const today = dayOf('h1', day(7), { drilling: true }).filter(({ atMs }) => atMs < evening)
    world.run(inOrder(...WEEK, today))
    const samples = [{ metric: 'door_count', atMs: evening, value: 100 }]
    world.run([{ atMs: evening, arrival: { kind: 'readings', deviceId: 'c-h1', messageSeq: null, samples } }])
    const before = world.news.length
    world.advance(evening + 2 * 60_000)
    const told = world.news
      .slice(before)
      .map(({ suspicion }) => suspicion.evidence.some(({ kind }) => kind === 'doors'))
    expect(told).toEqual([true])
  })
})

it('devices are forgotten sixty days after their last reading, with all that is remembered of them', () => {
  const world = createHouseWorld([houseAt('h1')])
  world.run(dayOf('h1', day(0)))
  const devices = () => world.fusion.measurements().find(({ name }) => name === 'huying_suspicion_devices')!.value
  world.advance(day(59))
  expect(devices()).toBe(5)
  world.advance(day(63))
  expect(devices()).toBe(0)
  expect(world.fusion.snapshot()).toMatchObject({ devices: [], houses: [], heard: [] })
})

it('days turn after devices were forgotten, also where a visit is said to be of next year', () => {
  const world = createHouseWorld([houseAt('h1'), houseAt('h2', 400)], tellingTable())
  const mistyped = { ...visit('h1', day(366), 'none'), atMs: day(1) } as Extract<Step, { word: unknown }>
  world.run([...dayOf('h1', day(0)), { ...mistyped, word: { ...mistyped.word, atMs: day(1) } }])
  for (let n = 1; n < 66; n++) {
    world.run(dayOf('h2', day(n), { works: true }))
    world.advance(day(n + 1))
  }
  expect(world.fusion.suspicionOf('h1')!.state).toBe('quiet')
})
