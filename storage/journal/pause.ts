/** A wait that can be cut short. A wake that comes before the wait ends it at once, unless it was cleared. */
export interface Pause {
  wait(ms: number): Promise<void>
  wake(): void
  clear(): void
}

export function createPause(): Pause {
  let isWoken = false
  let end: (() => void) | null = null
  return {
    wait(ms) {
      if (isWoken) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), ms)
        end = () => {
          clearTimeout(timer)
          end = null
          resolve()
        }
      })
    },
    wake() {
      isWoken = true
      end?.()
    },
    clear() {
      isWoken = false
    },
  }
}
