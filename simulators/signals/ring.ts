/** What a mode of vibration makes of a force: it rings on after each push, 1 at most after a push of 1. `damping` is a share of the critical one. */
export function ring(force: Float64Array, hz: number, damping: number, rateHz: number): Float64Array {
  const turn = (2 * Math.PI * hz) / rateHz
  const decay = Math.exp(-damping * turn)
  const [a, b] = [2 * decay * Math.cos(turn), -decay * decay]
  const out = new Float64Array(force.length)
  let [last, before] = [0, 0]
  for (let i = 0; i < out.length; i++) {
    const next = a * last + b * before + decay * Math.sin(turn) * force[i]!
    out[i] = next
    before = last
    last = next
  }
  return out
}
