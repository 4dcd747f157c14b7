import { describe, expect, it } from 'vitest'
import { studentQuantile } from '../../../core/trend/student.ts'

/** Tables of Student's t: share, degrees of freedom, quantile. */
const TABLE = [
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 3, 3.182],
  [0.975, 5, 2.571],
  [0.975, 10, 2.228],
  [0.975, 30, 2.042],
  [0.975, 1000, 1.962],
  [0.995, 4, 4.604],
  [0.9, 7, 1.415],
  [0.6, 5, 0.267],
  [0.9995, 3, 12.924],
] as const

describe('the quantile of Student', () => {
  it.each(TABLE)('of %s with %s degrees of freedom is %s', (share, freedom, quantile) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(quantile, 3)
    expect(studentQuantile(1 - share, freedom)).toBeCloseTo(-quantile, 3)
  })
})
