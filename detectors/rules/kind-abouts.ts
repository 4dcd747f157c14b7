/** What each kind of rule is for, in a line. */
export const KIND_ABOUTS: Record<string, { zh: string; en: string }> = {
  threshold: { zh: '数值超出界限', en: 'A value beyond a limit' },
  rate: { zh: '数值变化过快', en: 'A value that changes too fast' },
  'no-data': { zh: '设备不再上报', en: 'A device that no longer speaks' },
  detection: { zh: '图像中识别到的目标', en: 'Something that a model saw in a frame' },
}
