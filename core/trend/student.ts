/**
 * The value that a Student t variable stays below with probability `share` (0…1, exclusive). `freedom` may be any number
 * from 1. Right to four digits for more than 2 degrees of freedom and shares up to 0.9995.
 *
 * Source: Hill, Algorithm 396: Student's t-quantiles, Communications of the ACM 13 (1970).
 */
export function studentQuantile(share: number, freedom: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, freedom)
  const twoTails = 2 * (1 - share)
  if (twoTails >= 1) return 0
  if (freedom <= 1) return 1 / Math.tan((twoTails * Math.PI) / 2)
  if (freedom === 2) return Math.sqrt(2 / (twoTails * (2 - twoTails)) - 2)
  return hill(twoTails, freedom)
}

function hill(twoTails: number, n: number): number {
  const a = 1 / (n - 0.5)
  const b = (48 / a) * (1 / a)
  let c = ((20_700 * a) / b - 98) * a - 16
  c = c * a + 96.36
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n
  let y = (d * twoTails) ** (2 / n)
  if (y > 0.05 + a) {
    const x = normalQuantile(twoTails / 2)
    y = x * x
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6)
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    y = Math.expm1(a * y * y)
  } else {
    const first = 1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3)
    y = ((first + 0.5 / (n + 4)) * y - 1) * ((n + 1) / (n + 2)) + 1 / y
  }
  return Math.sqrt(n * y)
}

/** Source: Acklam's rational approximation of the normal quantile; relative error below 1.2e-9. */
function normalQuantile(share: number): number {
  const tail = 0.02425
  if (share > 1 - tail) return -normalQuantile(1 - share)
  if (share < tail) {
    const q = Math.sqrt(-2 * Math.log(share))
    return polynomial(C, q) / (polynomial(D, q) * q + 1)
  }
  const q = share - 0.5
  const r = q * q
  return (polynomial(A, r) * q) / (polynomial(B, r) * r + 1)
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}

const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
]
const B = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1]
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416]
