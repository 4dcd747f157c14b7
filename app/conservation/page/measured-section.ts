import type { LimitCheck, MetricMonth, TrendMonth } from '../../../core/conservation-report.ts'
import { formatNumber } from '../../../dashboards/web/words/numbers.ts'
import { type Html, html } from '../../printed/html.ts'
import { percent, signed } from '../summary.ts'
import { dayChart } from './day-chart.ts'
import { peakChart, shapeOf } from './peak-chart.ts'
import { quantity, type Shown, section, table } from './shown.ts'

/** Charts of so many metrics are drawn; the table tells of all. */
const MOST_CHARTS = 12
/** The components of a peak are in its own section. */
const COMPONENT = /^ppv_[xyzh]_mm_s$/

/** All days of the month, and how many of them have begun. */
export function daysOf({ report }: Shown): { days: string[]; known: number } {
  const { month, until, timeZone, inProgress } = report.period
  const [year = 0, number = 1] = month.split('-').map(Number)
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate()
  const days = Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`)
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(Date.parse(until))
  return { days, known: inProgress ? Number(today.slice(8)) : count }
}

/** Vibration against limits over frequency. */
export function vibrationSection(shown: Shown): Html | undefined {
  const { report, say } = shown
  const checks = report.limits.filter(({ curve }) => curve !== undefined)
  return section(say('振动', 'Vibration'), ...checks.map((check) => vibrationFigure(check, shown)))
}

function vibrationFigure(check: LimitCheck, shown: Shown): Html {
  const { device, metric, unit, source, curve = [], peaks, days: byDay = [], warningShare = 0.75 } = check
  const { say } = shown
  const name = shown.device(device)
  const clause = source.kind === 'standard' ? source.clause : ''
  if (peaks === undefined) return html`<h3>${name}</h3><p>${say('峰值不详。', 'Its peaks are not known.')}</p>`
  const chart = peakChart({
    ...{ peaks, curve, warningShare, unit },
    title: `${name}: ${say('振动峰值与频率', 'peaks over frequency')}`,
    words: {
      limit: `${say('限值', 'limit')} ${clause}`,
      warning: percent(warningShare),
      frequency: say('主频', 'dominant frequency'),
      unknown: say('频率不详', 'no frequency'),
    },
  })
  const { days, known } = daysOf(shown)
  const heard = new Set(heardDays(shown, device, metric))
  const shares = byDay.map(({ day, share }) => ({ day, value: share * 100 }))
  const quiet = days.filter((day) => heard.has(day) && !byDay.some((one) => one.day === day))
  const bars = dayChart({
    ...{ days, known, unit: say('限值的 %', '% of limit'), bars: true, noData: say('无数据', 'no data') },
    points: [...shares, ...quiet.map((day) => ({ day, value: 0 }))],
    levels: [
      { value: 100, kind: 'limit' },
      { value: warningShare * 100, kind: 'warning' },
    ],
    title: `${name}: ${say('每日最大值占限值的百分比', 'worst of each day as a share of its limit')}`,
  })
  const metrics = [...new Set(peaks.map((peak) => peak.metric))].sort()
  return html`<h3>${name}${clause !== '' && html` <span class="fine">${clause}</span>`}</h3>
<figure>${chart}<figcaption class="fine">${say('每小时最不利的一次峰值：', 'The worst peak of each hour: ')}${metrics
    .map((one) => `${shapeOf(one, peaks)} ${shown.metric(one)}`)
    .join(
      '  ',
    )}${say('；低于限值 10% 的未画出。', '; those below a tenth of the limit are left out.')}</figcaption></figure>
<figure class="half">${bars}<figcaption class="fine">${say('每日最大值占限值的百分比', 'Worst of each day as a share of its limit')}</figcaption></figure>`
}

function heardDays({ report }: Shown, device: string, metric: string): string[] {
  const metrics = report.sensors.find((sensor) => sensor.device === device)?.metrics ?? []
  return metrics
    .filter((one) => one.metric === metric || COMPONENT.test(one.metric))
    .flatMap(({ days }) => days.map(({ day }) => day))
}

/** What moves, and how surely. */
export function trendsSection(shown: Shown): Html | undefined {
  const { report, say } = shown
  const head = [
    ...[say('设备', 'Device'), say('指标', 'Metric'), say('每月速度', 'A month'), say('95% 区间', '95 % interval')],
    ...[say('累计', 'In all'), say('温度影响', 'By temperature'), say('依据', 'Rests on')],
  ]
  const rows = report.trends.map(
    ({ device, metric, unit, speed, total, perDegree, from, days, unknown, compensation }) => [
      ...[shown.device(device), shown.metric(metric)],
      speed === null ? unknownWords(unknown, shown) : `${signed(speed.perMonth)} ${unit}`,
      speed === null
        ? '–'
        : say(`${signed(speed.low)} 至 ${signed(speed.high)}`, `${signed(speed.low)} to ${signed(speed.high)}`),
      total === undefined ? '–' : `${signed(total.change)} ${unit}`,
      perDegree === undefined ? compensationWords(compensation, shown) : `${signed(perDegree)} ${unit}/°C`,
      html`${say(`${days} 天，自 `, `${days} days since `)}${shown.moment(from)}`,
    ],
  )
  const { days, known } = daysOf(shown)
  const charts = report.trends
    .filter(({ points }) => points.some(({ day }) => days.includes(day)))
    .map(({ device, metric, unit, points }) => {
      const title = `${shown.device(device)} ${shown.metric(metric)}`
      const chart = dayChart({
        ...{ days, known, unit, title, levels: [], noData: say('无数据', 'no data') },
        points: points.map(({ day, compensated }) => ({ day, value: compensated })),
        trend: points.map(({ day, fitted }) => ({ day, value: fitted })),
      })
      return html`<figure>${chart}<figcaption class="fine">${title}</figcaption></figure>`
    })
  return section(
    say('位移趋势', 'What moves'),
    table('trends', head, rows),
    charts.length > 0 &&
      html`<p class="fine legend">${say('实线为扣除温度影响后的日平均，虚线为趋势。', 'Full lines are means of days at equal temperature, dashed ones the trend.')}</p>`,
    charts.length > 0 && html`<div class="grid2">${charts}</div>`,
  )
}

function unknownWords(unknown: TrendMonth['unknown'], { say }: Shown): string {
  if (unknown?.reason === 'temperature_like_time')
    return say('温度与时间同步变化，无法区分', 'the temperature rose with time, one cannot be told from the other')
  return say(
    `尚不能判断，需 ${unknown?.needed ?? '–'} 个完整日`,
    `cannot be said yet, ${unknown?.needed ?? '–'} whole days are needed`,
  )
}

function compensationWords(compensation: TrendMonth['compensation'], { say }: Shown): string {
  if (compensation === 'year') return say('按年周期扣除', 'a yearly wave was taken away')
  return compensation === 'none' ? say('未知，已计入区间', 'not known, counted in the interval') : '–'
}

/** Growth of mould at each hygrometer. */
export function mouldSection(shown: Shown): Html | undefined {
  const { report, say } = shown
  const { days, known } = daysOf(shown)
  const charts = report.mould.map(({ device, index, before, days: points, hoursUnknown }) => {
    const name = shown.device(device)
    const chart = dayChart({
      ...{
        days,
        known,
        unit: '0 – 6',
        levels: [
          { value: 1, kind: 'warning' },
          { value: 3, kind: 'limit' },
        ],
      },
      points: points.map((point) => ({ day: point.day, value: point.index })),
      ...{ title: `${name} ${say('霉变指数', 'mould index')}`, noData: say('无数据', 'no data') },
    })
    const unknown = hoursUnknown > 0 ? say(`，其中 ${hoursUnknown} 小时不详`, `, ${hoursUnknown} h of it unknown`) : ''
    return html`<figure>${chart}<figcaption class="fine">${name}: ${formatNumber(before)} → <b>${formatNumber(index)}</b>${unknown}</figcaption></figure>`
  })
  return section(
    say('霉变风险', 'Mould'),
    charts.length > 0 && html`<div class="grid2">${charts}</div>`,
    charts.length > 0 &&
      html`<p class="fine">${say(
        '霉变指数（VTT 模型，按逐时温湿度计算）：1 显微镜下可见，3 肉眼可见，6 全面覆盖。是推算，不是检测结果。',
        'Mould index (model of VTT, from the air hour by hour): 1 begins under the microscope, 3 seen by the eye, 6 all covered. It is computed, nobody looked.',
      )}</p>`,
  )
}

/** Everything that was measured: in numbers, and the days of what has a course worth seeing. */
export function measuredSection(shown: Shown): Html | undefined {
  const { report, say } = shown
  const all = report.sensors.flatMap((sensor) =>
    sensor.metrics.filter(({ metric }) => !COMPONENT.test(metric)).map((month) => ({ device: sensor.device, month })),
  )
  const head = [
    ...[say('设备', 'Device'), say('指标', 'Metric'), say('最小', 'Least'), say('平均', 'Mean'), say('最大', 'Most')],
    say('有数据小时', 'Hours with data'),
  ]
  const rows = all.map(({ device, month: { metric, unit, min, mean, max, hours } }) => [
    ...[
      shown.device(device),
      shown.metric(metric),
      quantity(min, unit),
      quantity(mean, unit),
      quantity(max, unit),
      hours,
    ],
  ])
  const inTrends = new Set(report.trends.map(({ device, metric }) => `${device} ${metric}`))
  const charts = all
    .filter(
      ({ device, month }) =>
        month.days.length > 1 && month.max > month.min && !inTrends.has(`${device} ${month.metric}`),
    )
    .slice(0, MOST_CHARTS)
    .map(({ device, month }) => measuredFigure(device, month, shown))
  return section(
    say('测量概况', 'What was measured'),
    table('measured', head, rows),
    charts.length > 0 &&
      html`<p class="fine legend">${say('线为日平均，竖条为当日最小至最大；灰底的日子没有数据。', 'Lines are means of days, columns run from the least to the most; shaded days have no data.')}</p>`,
    charts.length > 0 && html`<div class="grid2">${charts}</div>`,
  )
}

function measuredFigure(device: string, { metric, unit, days: points }: MetricMonth, shown: Shown): Html {
  const { report, say } = shown
  const { days, known } = daysOf(shown)
  const title = `${shown.device(device)} · ${shown.metric(metric)}`
  const check = report.limits.find((one) => one.device === device && one.metric === metric && one.curve === undefined)
  const level = (value: number | undefined, kind: 'limit' | 'warning') => (value === undefined ? [] : [{ value, kind }])
  const levels = [
    ...[...level(check?.high, 'limit'), ...level(check?.low, 'limit')],
    ...[...level(check?.warningHigh, 'warning'), ...level(check?.warningLow, 'warning')],
  ]
  const chart = dayChart({
    ...{ days, known, unit, title, levels, noData: say('无数据', 'no data') },
    points: points.map(({ day, min, mean, max }) => ({ day, value: mean, low: min, high: max })),
  })
  return html`<figure>${chart}<figcaption class="fine">${title}</figcaption></figure>`
}
