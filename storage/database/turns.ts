/** Gives one user at a time the floor. Two queues, served in turn, so that neither can starve the other. */
export interface Turns {
  take<T>(lane: 'read' | 'write', work: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  const waiting: Record<'read' | 'write', (() => void)[]> = { read: [], write: [] }
  let busy = false
  let lastLane: 'read' | 'write' = 'read'

  function next(): void {
    const other = lastLane === 'read' ? 'write' : 'read'
    const lane = waiting[other].length > 0 ? other : lastLane
    const start = waiting[lane].shift()
    busy = start !== undefined
    lastLane = lane
    start?.()
  }

  return {
    async take(lane, work) {
      if (busy) await new Promise<void>((resolve) => waiting[lane].push(resolve))
      else {
        busy = true
        lastLane = lane
      }
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}
