import { type BoundedQueue, createBoundedQueue } from '../core/bounded-queue.ts'

/** Which frame is looked at next. */
export interface FrameOrder {
  push(frameId: string, lane: FrameLane): void
  next(): string | undefined
  readonly size: Readonly<Record<FrameLane, number>>
}

/** `live`: taken a moment ago. `backlog`: uploaded after landing, or pending since the last start. */
export type FrameLane = 'live' | 'backlog'

/** One in this many is taken from the backlog while live frames wait: it gets on, and costs them a quarter of the speed. */
const BACKLOG_EVERY = 4

/** Live frames first, in order of arrival, without starving the backlog. Holds ids only; what waits is bounded at the door. */
export function createFrameOrder(backlogEvery = BACKLOG_EVERY): FrameOrder {
  const lanes: Record<FrameLane, BoundedQueue<string>> = {
    live: createBoundedQueue(Number.POSITIVE_INFINITY),
    backlog: createBoundedQueue(Number.POSITIVE_INFINITY),
  }
  let liveInARow = 0

  function chosen(): FrameLane {
    if (lanes.live.size === 0) return 'backlog'
    return lanes.backlog.size > 0 && liveInARow >= backlogEvery - 1 ? 'backlog' : 'live'
  }

  return {
    push: (frameId, lane) => void lanes[lane].push(frameId),
    next() {
      const lane = chosen()
      liveInARow = lane === 'live' ? liveInARow + 1 : 0
      return lanes[lane].shift()
    },
    get size() {
      return { live: lanes.live.size, backlog: lanes.backlog.size }
    },
  }
}
