import type { Arrived, ArrivedReadings } from '../../../core/arrival-history.ts'
import type { Observation, Readings } from '../../../core/observation.ts'

/** The two streams that history is read in, each page by page. */
export type ArrivalStream = 'readings' | 'others'

/** Puts pages of history together again as the observations that they came from, in order of arrival. */
export interface ArrivalMerge {
  readings(page: ArrivedReadings): void
  /** `isLast`: no page of this stream comes after it. */
  others(page: Arrived[], isLast: boolean): void
  /** Hands on everything that is certain; says of which stream the next page is needed, null when all is handed on. */
  run(): ArrivalStream | null
}

/**
 * Readings that came from one device at one moment under one message number are one message. Those that came without
 * a number at the same moment are one too: history does not tell them apart, and nor do rules.
 */
export function createArrivalMerge(observe: (observation: Observation) => void): ArrivalMerge {
  let page: ArrivedReadings | null = null
  let row = 0
  let hasMoreReadings = true
  /** Messages of the newest moment and device that rows were seen of; more rows of them may follow. One is the rule. */
  let open: Readings | null = null
  let openNumber = -1
  let alsoOpen: Map<number, Readings> | null = null
  let openArrivalMs = Number.NEGATIVE_INFINITY
  let openDevice = ''
  let others: Arrived[] = []
  let next = 0
  let hasMoreOthers = true
  let seq = 0

  function handOnOthers(untilMs: number): void {
    for (; next < others.length && others[next]!.arrivalMs < untilMs; next++)
      observe({ ...others[next]!, seq: ++seq } as Observation)
  }

  function handOn({ deviceId, messageSeq, samples }: Readings): void {
    observe({ kind: 'readings', deviceId, messageSeq, samples, seq: ++seq, arrivalMs: openArrivalMs })
  }

  function handOnOpen(): void {
    if (open === null) return
    const first = open
    const more = alsoOpen
    open = null
    alsoOpen = null
    if (more === null) {
      handOn(first)
      return
    }
    // Several in one millisecond came in the order of their numbers.
    more.set(openNumber, first)
    for (const [, message] of [...more].sort(([a], [b]) => a - b)) handOn(message)
  }

  function messageOf(number: number, deviceId: string): Readings {
    if (open !== null && number === openNumber) return open
    const known = alsoOpen?.get(number)
    if (known !== undefined) return known
    const message: Readings = { kind: 'readings', deviceId, messageSeq: number < 0 ? null : number, samples: [] }
    if (open === null) {
      open = message
      openNumber = number
    } else {
      alsoOpen ??= new Map()
      alsoOpen.set(number, message)
    }
    return message
  }

  /** One row; false when an earlier arrival of the other stream may still be missing. */
  function takeRow(from: ArrivedReadings): boolean {
    const arrivalMs = from.arrivalMs[row]!
    const deviceId = from.names[from.device[row]!]!
    if (arrivalMs !== openArrivalMs || deviceId !== openDevice) {
      handOnOpen()
      if (next >= others.length && hasMoreOthers) return false
      handOnOthers(arrivalMs)
      if (next >= others.length && hasMoreOthers) return false
      openArrivalMs = arrivalMs
      openDevice = deviceId
    }
    const message = messageOf(from.messageSeq[row]!, deviceId)
    message.samples.push({ metric: from.names[from.metric[row]!]!, atMs: from.atMs[row]!, value: from.value[row]! })
    row++
    return true
  }

  return {
    readings(given) {
      page = given
      row = 0
      hasMoreReadings = given.nextCursor !== undefined
    },
    others(given, isLast) {
      others = given
      next = 0
      hasMoreOthers = !isLast
    },
    run() {
      if (page === null) return 'readings'
      while (row < page.value.length) if (!takeRow(page)) return 'others'
      if (hasMoreReadings) return 'readings'
      handOnOpen()
      handOnOthers(Number.POSITIVE_INFINITY)
      return hasMoreOthers ? 'others' : null
    },
  }
}
