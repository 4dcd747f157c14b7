import { DEVICE_TYPES } from '../../../core/metrics.ts'
import { type Html, html } from '../../printed/html.ts'
import { isWeak, percent } from '../summary.ts'
import { type Shown, section, table } from './shown.ts'

/** How well each sensor was heard. Hours in which nothing came are hours of which nothing is known. */
export function healthSection(shown: Shown): Html | undefined {
  const { report, say, of } = shown
  const head = [
    ...[say('设备', 'Device'), say('类型', 'Type'), say('有数据', 'Heard'), say('小时', 'Hours')],
    say('最长的中断', 'Longest silences'),
  ]
  const rows = report.sensors.map(({ device, type, hoursExpected, hoursHeard, gaps, gapsTotal }) => [
    html`${shown.device(device)}${shown.device(device) !== device && html` <span class="fine">${device}</span>`}`,
    of(DEVICE_TYPES[type] ?? { zh: type, en: type }),
    shareWords(hoursExpected, hoursHeard, shown),
    hoursHeard === null || hoursExpected === null ? '–' : `${hoursHeard} / ${hoursExpected}`,
    html`${gaps.slice(0, 3).map(({ from, hours }, index) => html`${index > 0 && html`<br>`}${shown.moment(from)} · ${hours} h`)}${gapsTotal > 3 && html`<br>${say(`共 ${gapsTotal} 次`, `${gapsTotal} in all`)}`}${gapsTotal === 0 && '–'}`,
  ])
  const left = report.sensorsLeftOut
  return section(
    say('传感器状况', 'How well the sensors were heard'),
    rows.length === 0
      ? html`<p>${say('屋内没有传感器。', 'No sensor stands in this house.')}</p>`
      : table('health', head, rows),
    left > 0 &&
      html`<p class="fine">${say(`另有 ${left} 台设备未列出。`, `${left} more devices are not told of.`)}</p>`,
  )
}

function shareWords(expected: number | null, heard: number | null, { say }: Shown): Html | string {
  if (expected === null || heard === null) return say('不详', 'unknown')
  if (expected === 0) return say('本月尚未启用', 'not in use yet')
  // What is not all is never rounded up to all.
  const share = heard < expected ? percent(Math.min(0.99, heard / expected)) : percent(1)
  return isWeak(expected, heard) ? html`<strong class="beyond">${share}</strong>` : share
}
