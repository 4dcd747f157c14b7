import { useState } from 'react'

/** One thing that somebody does at a time: whether it is on its way, and why it failed. */
export function useAct() {
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  return {
    isBusy,
    failure,
    forget: () => setFailure(null),
    /** Resolves with whether it went well. */
    async run(work: () => Promise<unknown>): Promise<boolean> {
      setBusy(true)
      setFailure(null)
      try {
        await work()
        return true
      } catch (thrown) {
        setFailure(String((thrown as Error).message))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
