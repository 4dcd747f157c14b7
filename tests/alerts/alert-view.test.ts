import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { toAlertView } from '../../core/alert-view.ts'
import { aSignal } from './a-signal.ts'

const book = () => createAlertBook({ describe: ({ seenBy }) => ({ deviceName: `name of ${seenBy}` }) })

it('names the device that saw it, where the subject is a spot on the ground, without making it part of the subject', () => {
  const alerts = book()
  const spot = { label: 'debris', cell: '1,2' }
  alerts.applySignal(aSignal(1, { subject: spot, seenBy: 'drone-1' }))
  alerts.applySignal(aSignal(2, { subject: spot, seenBy: 'drone-2' }))

  const [alert, ...others] = alerts.open()

  expect(others).toEqual([])
  expect(alert?.subject).toEqual(spot)
  expect(toAlertView(alert!)).toMatchObject({ subject: { ...spot, device: 'drone-1' }, deviceName: 'name of drone-1' })
})
