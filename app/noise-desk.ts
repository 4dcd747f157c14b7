import type { AlertBook } from '../alerts/alert-book.ts'
import type { NoiseDesk } from '../dashboards/api/ports.ts'
import type { Judging } from './judging.ts'
import type { UnlessFull } from './unless-full.ts'

/** People's words on noise, as the API takes them: each answered once it is durable, or when there is no room for it. */
export function createNoiseDesk(book: AlertBook, judging: Judging, unlessFull: UnlessFull): NoiseDesk {
  const { silences, silence, outOfService } = book.orders
  return {
    silences,
    silence,
    outOfService,
    async setSilence(asked) {
      return (await unlessFull(() => judging.order((to, nowMs) => to.setSilence(asked, nowMs)))).silence
    },
    async endSilence(id, by) {
      return (await unlessFull(() => judging.order((to, nowMs) => to.endSilence(id, by, nowMs)))).silence
    },
    async takeOut(asked) {
      return (await unlessFull(() => judging.order((to, nowMs) => to.takeOut(asked, nowMs)))).outOfService
    },
    async putBack(device, by) {
      return (await unlessFull(() => judging.order((to, nowMs) => to.putBack(device, by, nowMs)))).outOfService
    },
  }
}
