/** Looks at something again and again, never twice at a time. */
export interface RepeatedLook<T> {
  /** Looks at once and then every so often. */
  start(): void
  /** Resolves when no look is under way. May be called twice. */
  stop(): Promise<void>
  /** Looks once; calls that come meanwhile share it. */
  look(): Promise<T>
  /** False once it was stopped: a look under way should end early. */
  readonly isOpen: boolean
}

/** `lookOnce` never rejects. */
export function createRepeatedLook<T>(lookOnce: () => Promise<T>, everyMs: number): RepeatedLook<T> {
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<T> | undefined
  let isOpen = true

  function look(): Promise<T> {
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    start() {
      timer ??= setInterval(look, everyMs)
      void look()
    },
    async stop() {
      isOpen = false
      clearInterval(timer)
      await looking
    },
    look,
    get isOpen() {
      return isOpen
    },
  }
}
