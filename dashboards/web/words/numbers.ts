/** At most four figures after the point, no grouping: `0.25`, `12`, `3.2`. Numbers as in messages, in both languages. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 4
  return String(Number(value.toFixed(digits)))
}

/** `0.25 dB/m`; a dash for what is not known. */
export function formatQuantity(value: number | string | undefined, unit: string | undefined): string {
  if (value === undefined) return '–'
  const number = typeof value === 'number' ? formatNumber(value) : value
  return unit === undefined || unit === '' ? number : `${number} ${unit}`
}
