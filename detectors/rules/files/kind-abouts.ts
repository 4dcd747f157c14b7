/** What each kind of rule is for, in a line: for those who choose one. */
export const KIND_ABOUTS: Record<string, { zh: string; en: string }> = {
  threshold: { zh: '数值超出界限', en: 'A value beyond a limit' },
  rate: { zh: '数值变化过快', en: 'A value that changes too fast' },
  difference: { zh: '与参照值相差过大', en: 'A value too far from a reference' },
  window: { zh: '一段时间内的统计值', en: 'One number made of many samples' },
  stuck: { zh: '数值长时间不变', en: 'A value that does not move though the device speaks' },
  impossible: { zh: '不可能的数值', en: 'A value that cannot be true' },
  'no-data': { zh: '设备不再上报', en: 'A device that no longer speaks' },
  'sequence-gap': { zh: '消息丢失', en: 'Messages that were sent and never came' },
  clock: { zh: '设备时钟错误', en: 'A device whose clock is wrong' },
  deviation: { zh: '与平常不同', en: 'A value that is unusual for this very metric' },
  drift: { zh: '缓慢漂移', en: 'A value that slowly leaves where it used to be' },
  standard: { zh: '超出标准规定', en: 'A value beyond what a standard allows' },
  composite: { zh: '多个条件的组合', en: 'Several conditions together' },
  expression: { zh: '表达式', en: 'A condition written as an expression' },
  detection: { zh: '图像中识别到的目标', en: 'Something that a model saw in a frame' },
  record: { zh: '登记或上报的事项', en: 'Something that was filed or reported' },
}
