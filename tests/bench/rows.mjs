// What a bench gives back. `ratio` is value ÷ peerValue unless said otherwise; `goal` is said of the ratio.

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

/**
 * One figure. `values` and `peerValues` are those of the rounds: medians are shown, and the ratio is the median of the
 * rounds' ratios, since what runs side by side shares the machine's mood. `inverse`: less is better, so peer ÷ ours.
 * `none`: the goal is that there is none of it in any round; it is compared with nothing.
 */
export function row({
  name,
  unit,
  values,
  peer = null,
  peerValues = null,
  atLeast,
  atMost,
  inverse = false,
  none = false,
  note,
}) {
  const shown = {
    name,
    value: median(values),
    unit,
    peer,
    peerValue: peerValues && median(peerValues),
    ...(note && { note }),
  }
  if (none)
    return { ...shown, value: Math.max(...values), ratio: null, goal: '0', met: values.every((value) => value === 0) }
  if (!peerValues) return { ...shown, ratio: null, goal: null, met: null }
  const ratio = median(values.map((value, i) => (inverse ? peerValues[i] / value : value / peerValues[i])))
  return { ...shown, ratio, ...judged(ratio, atLeast, atMost) }
}

function judged(ratio, atLeast, atMost) {
  if (atLeast !== undefined) return { goal: `≥ ${atLeast}`, met: ratio >= atLeast }
  if (atMost !== undefined) return { goal: `≤ ${atMost}`, met: ratio <= atMost }
  return { goal: null, met: null }
}

export function notMeasured(name, reason) {
  return { name, missing: reason }
}

const HEADS = ['figure', 'value', 'compared with', 'its value', 'ratio', 'goal', 'met']

export function toTable(rows) {
  const lines = rows.map((each) => {
    if (each.missing) return [each.name, `**not measured: ${each.missing}**`, '', '', '', '', '**no**']
    const { name, value, unit, peer, peerValue, ratio, goal, met, note } = each
    const met_ = met === null || met === undefined ? '' : met ? 'yes' : '**no**'
    const said = note ? `${name} (${note})` : name
    return [said, `${figure(value)} ${unit}`, peer ?? '', figure(peerValue), figure(ratio), goal ?? '', met_]
  })
  return [HEADS, HEADS.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function figure(value) {
  if (value === null || value === undefined) return ''
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)))
}
