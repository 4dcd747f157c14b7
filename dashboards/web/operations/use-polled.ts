import { type Loaded, useLoaded } from '../shell/use-loaded.ts'
import { usePoll } from './use-poll.ts'

/** What `load` gives, asked for again every `everyMs` while somebody looks, with each new `refresh`, and when the second of the two is called. */
export function usePolled<T>(
  key: string,
  everyMs: number,
  refresh: unknown,
  load: () => Promise<T>,
): [Loaded<T>, () => void] {
  return useLoaded(key, `${usePoll(everyMs)} ${refresh}`, load)
}
