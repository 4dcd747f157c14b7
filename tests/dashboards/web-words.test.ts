import { createInstance } from 'i18next'
import { beforeAll, describe, expect, it, test } from 'vitest'
import type { Reason } from '../../core/signal.ts'
import { en } from '../../dashboards/web/words/en.ts'
import type { Translate } from '../../dashboards/web/words/i18n.ts'
import { formatQuantity } from '../../dashboards/web/words/numbers.ts'
import { reasonWords } from '../../dashboards/web/words/reason-words.ts'
import { createTimes, formatElapsed } from '../../dashboards/web/words/times.ts'
import { type WordKey, zh } from '../../dashboards/web/words/zh.ts'

const blanksOf = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()

describe('the words of the page', () => {
  it('are the same list in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
  })

  test.each(Object.keys(zh) as WordKey[])('%s has words, with the same blanks', (key) => {
    expect(en[key]).not.toBe('')
    expect(blanksOf(en[key])).toEqual(blanksOf(zh[key]))
  })
})

describe('a reason in words', () => {
  const translate: Record<string, Translate> = {}
  beforeAll(async () => {
    for (const [lng, words] of Object.entries({ zh, en })) {
      const instance = createInstance()
      const resources = { [lng]: { translation: words } }
      await instance.init({
        lng,
        keySeparator: false,
        nsSeparator: false,
        interpolation: { escapeValue: false },
        resources,
      })
      translate[lng] = instance.t as unknown as Translate
    }
  })

  const smoke: Reason = { code: 'above', metric: 'smoke_dbm', value: 0.2501, limit: 0.1, unit: 'dB/m', durationS: 10 }
  test.each<[string, Reason, string, string]>([
    [
      'above',
      smoke,
      '烟雾浓度 0.2501 dB/m，高于限值 0.1 dB/m，已持续 10 秒',
      'Smoke density 0.2501 dB/m is above the limit of 0.1 dB/m, held for 10 s',
    ],
    [
      'outside a range',
      { code: 'outside', metric: 'ph', value: 9.5, params: { low: 6, high: 9 } },
      '酸碱度 9.5，超出范围 6 至 9',
      'pH 9.5 is outside 6 to 9',
    ],
    [
      'silent',
      { code: 'silent', durationS: 900 },
      '设备超过 15 分钟没有上报',
      'The device has not reported for more than 15 min',
    ],
    [
      'seen',
      { code: 'seen', value: 0.874, limit: 0.4, params: { label: 'debris', count: 2 } },
      '影像中发现漂浮物，置信度 87%',
      'Floating debris seen in the picture, confidence 87%',
    ],
    [
      'a mean',
      {
        code: 'above',
        metric: 'ppv_mm_s',
        value: 1.2,
        limit: 1,
        unit: 'mm/s',
        params: { aggregate: 'mean', window: 'sliding', windowS: 600 },
      },
      '振动峰值速度10 分钟平均值 1.2 mm/s，高于限值 1 mm/s',
      'Peak particle velocity, mean over 10 min, 1.2 mm/s is above the limit of 1 mm/s',
    ],
    [
      'a quantile of a session',
      {
        code: 'below',
        metric: 'level_m',
        value: 1,
        limit: 2,
        params: { aggregate: 'quantile', q: 0.95, window: 'session', windowS: 60 },
      },
      '水位单次过程95% 分位值 1，低于限值 2',
      'Water level, 95% quantile over one session, 1 is below the limit of 2',
    ],
    [
      'a difference to the neighbours',
      {
        code: 'above',
        metric: 'temp_c',
        value: 7,
        limit: 5,
        unit: '°C',
        params: { toAround: 'median', reference: 20 },
      },
      '温度与周边温度中位数之差 7 °C，高于限值 5 °C',
      'Temperature, difference to the median of Temperature around, 7 °C is above the limit of 5 °C',
    ],
    [
      'a difference to another device',
      { code: 'above', metric: 'temp_c', value: 7, limit: 5, params: { toDevice: 'd9', reference: 20 } },
      '温度与d9 温度之差 7，高于限值 5',
      'Temperature, difference to d9 Temperature, 7 is above the limit of 5',
    ],
    [
      'stuck',
      { code: 'stuck', metric: 'rh_pct', value: 55.5, durationS: 60, params: { lastedS: 86_400, samples: 288 } },
      '相对湿度停在 55.5 %RH，24 小时没有变化',
      'Relative humidity has stood at 55.5 %RH for 24 h',
    ],
    [
      'a trend',
      {
        ...{ code: 'moving', metric: 'crack_mm', value: 0.25, limit: 0.1, unit: 'mm/month' },
        params: { low: 0.2, high: 0.3, total: 0.9, days: 180, effectiveDays: 60, compensation: 'temperature' },
      },
      '裂缝宽度变化扣除温度影响后的变化速率为 0.25 mm/month（0.2 mm/month 至 0.3 mm/month），限值 0.1 mm/month',
      'Change of crack width moves by 0.25 mm/month (0.2 mm/month to 0.3 mm/month) without what the temperature does, limit 0.1 mm/month',
    ],
    [
      'mould',
      {
        ...{ code: 'mould', metric: 'rh_pct', value: 88.5, limit: 80, unit: '%RH' },
        params: { index: 1.04, above: 1, perDay: 0.02, tempC: 21, material: 'sensitive', unknownH: 0 },
      },
      '霉菌指数 1.04，限值 1；表面相对湿度 88.5 %RH，80 %RH 以上滋生',
      'Mould index 1.04, limit 1: Relative humidity 88.5 %RH at the surface, mould grows from 80 %RH',
    ],
    [
      'many short stays',
      {
        ...{ code: 'short_lets', metric: 'occupied', value: 6, limit: 4 },
        params: {
          days: 30,
          shortStays: 6,
          occupiedNights: 14,
          vacantNights: 16,
          unknownNights: 0,
          likeWeekBefore: 0.5,
        },
      },
      '30 天内短住 6 次，其间白天有人来过，限值 4；有人过夜 14 晚，空置 16 晚',
      '6 short stays in 30 days, with somebody by day between them, limit 4; occupied nights: 14, vacant: 16',
    ],
    [
      'impossible',
      { code: 'impossible', metric: 'temp_c', value: -127, limit: -90 },
      '温度 -127 °C 不可能为真，疑似传感器故障',
      'Temperature -127 °C cannot be true, the sensor may be broken',
    ],
    [
      'normal again, where there is no limit',
      { code: 'normal', metric: 'temp_c', value: 21 },
      '温度恢复正常：21 °C',
      'Temperature is back to normal: 21 °C',
    ],
    [
      'missing messages',
      { code: 'missing', metric: '$missing', value: 17, limit: 10, params: { windowS: 3600 } },
      '60 分钟内缺失 17 条消息，限值 10',
      '17 messages are missing within 60 min, limit 10',
    ],
    [
      'a clock behind',
      { code: 'clock_behind', metric: '$clock_s', value: -28_800, limit: -120, unit: 's' },
      '设备时钟慢 8 小时',
      'The clock of the device is 8 h behind',
    ],
    [
      'several rules together',
      { code: 'combined', durationS: 60, params: { count: 2, zh: '烟 6 dB/m (d1)；热 60 °C (d2)', en: 'Smoke; Heat' } },
      '同时成立：烟 6 dB/m (d1)；热 60 °C (d2)，已持续 60 秒',
      'Together: Smoke; Heat, held for 60 s',
    ],
    [
      'reports',
      { code: 'recorded', value: 3, limit: 3, params: { type: 'report.noise', recordId: 'r1' } },
      '3 次登记，限值 3，最近 report.noise（r1）',
      'Filed 3 times, limit 3, lately report.noise (r1)',
    ],
    [
      'a metric and a label of a later version',
      { code: 'below', metric: 'radon_bq', value: 3, limit: 4 },
      'radon_bq 3，低于限值 4',
      'radon_bq 3 is below the limit of 4',
    ],
    [
      'a code of a later version',
      { code: 'spinning' },
      '规则条件成立（spinning）',
      'The rule’s condition holds (spinning)',
    ],
    [
      'a dead gateway',
      { code: 'gateway_silent', durationS: 300, params: { members: 12 } },
      '网关失联：12 台设备同时停止上报',
      'The gateway is silent: 12 devices stopped reporting together',
    ],
    ['a device behind it', { code: 'unknown' }, '状态未知：所属网关失联', 'Unknown: its gateway is silent'],
    [
      'by a standard',
      {
        code: 'below',
        metric: 'do_mg_l',
        value: 2.5,
        limit: 3,
        unit: 'mg/L',
        clause: 'GB 3838-2002 表1, IV类',
        verified: true,
      },
      '溶解氧 2.5 mg/L，低于限值 3 mg/L（依据 GB 3838-2002 表1, IV类）',
      'Dissolved oxygen 2.5 mg/L is below the limit of 3 mg/L (GB 3838-2002 表1, IV类)',
    ],
    [
      'by a standard that nobody has verified',
      { code: 'above', metric: 'nh3n_mg_l', value: 9, limit: 8, unit: 'mg/L', clause: '分级标准', verified: false },
      '氨氮 9 mg/L，高于限值 8 mg/L（依据 分级标准，限值未经核实）',
      'Ammonia nitrogen 9 mg/L is above the limit of 8 mg/L (分级标准, limit not verified)',
    ],
  ])('%s', (_, reason, chinese, english) => {
    expect(reasonWords(reason, translate.zh!, 'zh')).toBe(chinese)
    expect(reasonWords(reason, translate.en!, 'en')).toBe(english)
  })
})

describe('numbers and times', () => {
  test.each([
    [0.1 + 0.2, 'dB/m', '0.3 dB/m'],
    [1234.567, undefined, '1234.6'],
    [81.6666, '%RH', '81.67 %RH'],
    [-5, '', '-5'],
    [undefined, 'm', '–'],
  ])('%s %s is shown as %s', (value, unit, shown) => expect(formatQuantity(value, unit)).toBe(shown))

  it('are shown in the zone of the place, with the date on another day', () => {
    const times = createTimes('zh', 'Asia/Shanghai')
    const atMs = Date.UTC(2026, 10, 21, 16, 30, 5)
    expect(times.full(atMs)).toBe('2026/11/22 00:30:05')
    expect(times.short(atMs, atMs + 3_600_000)).toBe('00:30:05')
    expect(times.short(atMs, atMs + 86_400_000)).toBe('11/22 00:30:05')
  })

  test.each([
    [-1, '00:00'],
    [12_900, '00:12'],
    [3_599_000, '59:59'],
    [3_600_000, '1:00:00'],
  ])('%s ms are %s', (ms, shown) => expect(formatElapsed(ms)).toBe(shown))
})
