import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { type Condition, createSelfWatch } from '../../app/self-watch.ts'

const failing = (of: string): Condition => ({ code: 'output_failing', of, severity: 'major', params: { output: of } })
const away: Condition = { code: 'database_away', severity: 'major', params: {} }

/** Looks at conditions second by second and gives back the alerts that are active then, by rule and subject. */
function watched() {
  const book = createAlertBook({ describe: () => ({}) })
  let second = 0
  let watch = createSelfWatch(book.open, () => ({ seq: 1, clockMs: second * 1000 }))
  return {
    restart() {
      watch = createSelfWatch(book.open, () => ({ seq: 1, clockMs: second * 1000 }))
    },
    look(...conditions: Condition[]): string[] {
      second++
      for (const signal of watch.look(conditions)) book.applySignal(signal)
      return book
        .open()
        .filter(({ state }) => state === 'active')
        .map(({ rule, subject }) => `${rule} ${subject.label ?? ''}`.trim())
        .sort()
    },
  }
}

it('a condition that several things may have is an alert of each', () => {
  const { look } = watched()

  expect(look(failing('platform'), away)).toEqual(['huying.database_away', 'huying.output_failing platform'])
  expect(look(failing('platform'), failing('siren'))).toEqual([
    'huying.output_failing platform',
    'huying.output_failing siren',
  ])
  expect(look(failing('siren'))).toEqual(['huying.output_failing siren'])
  expect(look()).toEqual([])
})

it('what ended while the service was down is cleared by the next look', () => {
  const { look, restart } = watched()
  look(failing('platform'), failing('siren'))
  restart()

  expect(look(failing('siren'))).toEqual(['huying.output_failing siren'])
})
