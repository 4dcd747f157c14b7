import { expect, it } from 'vitest'
import { alertOf } from '../../dashboards/alert-of.ts'
import { aConservationDesk, HOUR_MS, range } from './a-conservation-desk.ts'
import { OCTOBER_MS } from './a-report.ts'

const RULES = `
rules:
  - id: damp
    title: { zh: 潮湿, en: Damp }
    category: climate
    kind: threshold
    where: { type: hygrometer, metric: rh_pct }
    severities: { warning: 70, major: 80 }
    onDelay: 30m
  - id: shake
    title: { zh: 振动, en: Shaking }
    category: structure
    kind: standard
    where: { type: vibration-sensor, metric: ppv_mm_s }
    standard: din-4150-3-2016
    item: foundation
    row: { attribute: buildingLine, default: 3 }
    over: freq_hz
    components: [{ metric: ppv_x_mm_s, over: freq_x_hz }]
    severities: { warning: 0.75, major: 1 }
`

it('counts hours beyond a limit and its warning, by the mean where a rule waits, and names where nothing was heard', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1', limits: [{ metric: 'rh_pct', value: 85, unit: '%RH', source: '规划' }] })
  rig.addDevice({ id: 'hyg', type: 'hygrometer' })
  rig.put('hyg', 'rh_pct', [...range(0, 100), ...range(124, 744)], (hour) => (hour < 10 ? 90 : hour < 30 ? 75 : 60))

  const report = await rig.desk.report('h1', '2026-10')

  expect(report.period).toMatchObject({ hours: 744, inProgress: false })
  expect(report.sensors).toMatchObject([
    {
      ...{ hoursExpected: 744, hoursHeard: 720, gapsTotal: 1 },
      gaps: [{ from: new Date(OCTOBER_MS + 100 * HOUR_MS).toISOString(), hours: 24 }],
    },
  ])
  expect(report.limits).toMatchObject([
    {
      source: { kind: 'house', text: '规划' },
      high: 85,
      warningHigh: 63.75,
      hours: 720,
      hoursWarning: 30,
      hoursBeyond: 10,
      by: 'peak',
    },
    {
      source: { kind: 'rule', rule: 'damp' },
      high: 80,
      warningHigh: 70,
      hoursWarning: 30,
      hoursBeyond: 10,
      by: 'mean',
    },
  ])
})

it('holds peaks against the limit at their own frequency, of the component where it is told', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1', limits: [{ metric: 'ppv_mm_s', pack: 'din-4150-3-2016', line: '3' }] })
  rig.addDevice({ id: 'vib', type: 'vibration-sensor' })
  rig.put('vib', 'ppv_mm_s', range(0, 48), 9)
  rig.put('vib', 'ppv_x_mm_s', range(0, 48), (hour) => (hour === 3 || hour === 30 ? 4 : 0.1))
  rig.put('vib', 'freq_x_hz', range(0, 48), (hour) => (hour === 3 ? 5 : 40))

  const { limits } = await rig.desk.report('h1', '2026-10')

  expect(limits).toHaveLength(1)
  expect(limits[0]).toMatchObject({
    ...{ hours: 48, hoursWarning: 1, hoursBeyond: 1, worst: { value: 4, over: 5, share: expect.closeTo(4 / 3, 9) } },
    peaks: [
      { metric: 'ppv_x_mm_s', over: 5 },
      { over: 40, share: expect.closeTo(4 / 6.75, 9) },
    ],
    days: [{ day: '2026-10-01' }, { day: '2026-10-02' }],
    source: { kind: 'standard', clause: 'DIN 4150-3:2016-12 table 1, line 3' },
  })
})

it('takes the strictest limits of a pack by the walls of the house and the place of the sensor', async () => {
  const rig = aConservationDesk(RULES)
  const limits = [{ metric: 'ppv_mm_s', pack: 'gb-t-50452-2008', line: 'provincial' }]
  rig.addHouse({ id: 'h1', structure: 'brick-timber', limits })
  rig.addDevice({
    id: 'vib',
    type: 'vibration-sensor',
    attributes: { building: 'h1', vp_m_s: 1850, sensorPosition: 'top-floor' },
  })
  rig.put('vib', 'ppv_h_mm_s', [5], 0.32)

  const report = await rig.desk.report('h1', '2026-10')

  const gb = report.limits.find(({ source }) => source.kind === 'standard' && source.standard === 'gb-t-50452-2008')
  expect(gb).toMatchObject({ metric: 'ppv_h_mm_s', high: 0.315, hours: 1, hoursBeyond: 1, source: { verified: false } })
})

it('says what it does not know while the database is away, and makes nothing up', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1' })
  rig.addDevice({ id: 'hyg', type: 'hygrometer' })
  rig.addDevice({ id: 'tilt', type: 'tilt-sensor' })
  rig.alerts.push(alertOf({ id: 'open', subject: { device: 'hyg' }, raisedAtMs: OCTOBER_MS + HOUR_MS }))
  Object.assign(rig.state, { away: true, lagging: true })

  const report = await rig.desk.report('h1', '2026-10')

  expect([...report.missing].sort()).toEqual(['alerts', 'ledger', 'readings', 'trends'])
  expect(report.limits).toMatchObject([{ hours: null, hoursWarning: null, hoursBeyond: null }])
  expect(report.sensors[0]).toMatchObject({ hoursExpected: null, hoursHeard: null, metrics: [] })
  expect(report.summary.en[0]).toMatch(/whether limits were kept is not known/)
})

it('counts from the day on which a device was installed, and up to now in a month that has not ended', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1' })
  rig.addDevice({ id: 'hyg', type: 'hygrometer', registeredAtMs: OCTOBER_MS + 48 * HOUR_MS - 1 })
  rig.addDevice({ id: 'late', type: 'hygrometer', registeredAtMs: OCTOBER_MS + 90 * 24 * HOUR_MS })
  rig.put('hyg', 'rh_pct', range(48, 99), 50)
  rig.state.nowMs = OCTOBER_MS + 99.5 * HOUR_MS

  const { period, sensors } = await rig.desk.report('h1', '2026-10')

  expect(period).toMatchObject({ inProgress: true, hours: 99 })
  expect(sensors).toMatchObject([
    { hoursExpected: 51, hoursHeard: 51 },
    { hoursExpected: 0, hoursHeard: 0 },
  ])
})

it('tells how a crack moves by the year before, freed of the temperature in the house', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1' })
  rig.addDevice({ id: 'crack', type: 'crack-gauge' })
  rig.addDevice({ id: 'hyg', type: 'hygrometer' })
  const celsius = (hour: number) => 15 + 8 * Math.sin(hour / 700) + 3 * Math.sin((hour / 24) * 2 * Math.PI)
  const noise = (hour: number) => 0.004 * Math.sin(hour * 12.9898) ** 3
  const hours = range(-150 * 24, 744)
  rig.put('hyg', 'temp_c', hours, celsius)
  rig.put('crack', 'crack_mm', hours, (hour) => (0.3 * hour) / (30.44 * 24) - 0.02 * celsius(hour) + noise(hour))

  const { trends, summary } = await rig.desk.report('h1', '2026-10')

  expect(trends).toMatchObject([{ device: 'crack', metric: 'crack_mm', unit: 'mm', compensation: 'temperature' }])
  const { speed, perDegree, points } = trends[0]!
  expect(speed?.low).toBeLessThan(0.3)
  expect(speed?.high).toBeGreaterThan(0.3)
  expect(speed?.perMonth).toBeCloseTo(0.3, 1)
  expect(perDegree).toBeCloseTo(-0.02, 2)
  expect(points).toHaveLength(31)
  expect(summary.en.join(' ')).toMatch(/crack .*moves by \+0\.3.* mm a month.*have an engineer look at crack/)
})

it('is less sure of a crack without a thermometer by as much as the rule in force says that a season may do', async () => {
  const widths = []
  for (const season of [0, 0.15]) {
    const rig = aConservationDesk(`rules:
  - id: crack-trend
    title: { zh: 裂缝, en: Crack }
    category: structure
    kind: trend
    where: { type: crack-gauge, metric: crack_mm }
    speed: { warning: 0.1 }
    season: ${season}
    unit: mm
`)
    rig.addHouse({ id: 'h1' })
    rig.addDevice({ id: 'crack', type: 'crack-gauge' })
    rig.put('crack', 'crack_mm', range(-150 * 24, 744), (hour) => (0.3 * hour) / (30.44 * 24))
    const { trends } = await rig.desk.report('h1', '2026-10')
    const { low, high } = trends[0]!.speed!
    widths.push(high - low)
  }
  expect(widths[1]).toBeGreaterThan(widths[0]!)
})

it('refuses a month that is none or still to come, and a house that is not there', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1' })
  for (const month of ['2026-13', '2026-1', 'now', '', '2026-12'])
    await expect(rig.desk.report('h1', month), month).rejects.toMatchObject({ code: 'bad_request' })
  await expect(rig.desk.report('h2', '2026-10')).rejects.toMatchObject({ code: 'not_found' })
})

it('makes reports one after the other, and turns away who comes when eight wait', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1' })
  rig.addDevice({ id: 'hyg', type: 'hygrometer' })
  let letGo = () => {}
  rig.state.hold = new Promise((resolve) => {
    letGo = resolve
  })
  const asked = range(0, 8).map(() => rig.desk.report('h1', '2026-10'))
  await expect(rig.desk.report('h1', '2026-10')).rejects.toMatchObject({ code: 'overloaded' })
  letGo()
  expect(await Promise.all(asked)).toHaveLength(8)
  await rig.desk.report('h1', '2026-10')
  const value = (name: string) => rig.desk.measurements().find((one) => one.name === name)?.value
  expect([value('huying_reports_made_total'), value('huying_reports_refused_total')]).toEqual([9, 1])
})

it('separates warnings about the house from alerts of its devices, open ones as they stand now', async () => {
  const rig = aConservationDesk(RULES)
  rig.addHouse({ id: 'h1' })
  rig.addDevice({ id: 'hyg', type: 'hygrometer' })
  const atMs = OCTOBER_MS + HOUR_MS
  rig.alerts.push(
    alertOf({ id: 'w', subject: { building: 'h1' }, raisedAtMs: atMs }),
    alertOf({ id: 'a', subject: { device: 'hyg' }, raisedAtMs: atMs, state: 'cleared', clearedAtMs: atMs + 1 }),
    alertOf({ id: 'other', subject: { building: 'h2' }, raisedAtMs: atMs }),
  )
  const { alerts, warnings } = await rig.desk.report('h1', '2026-10')
  expect([alerts.map(({ id }) => id), warnings.map(({ id }) => id)]).toEqual([['a'], ['w']])
})
