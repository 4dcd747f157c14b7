const WIDTH = 120
const HEIGHT = 26

/** The last minutes of one number, from zero; gaps where it was not known. Says nothing that the number does not. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const step = WIDTH / Math.max(1, values.length - 1)
  let isBroken = true
  const path = values.map((value, index) => {
    const isStart = isBroken
    isBroken = value === null
    if (value === null) return ''
    const y = HEIGHT - 1 - (value / most) * (HEIGHT - 3)
    return `${isStart ? 'M' : 'L'}${(index * step).toFixed(1)} ${y.toFixed(1)}`
  })
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path.join('')} />
    </svg>
  )
}
