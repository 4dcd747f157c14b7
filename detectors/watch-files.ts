import { createHash } from 'node:crypto'
import { type FSWatcher, watch } from 'node:fs'

/** Looks after files while the service runs. */
export interface FileWatch {
  /** Begins to watch; tells at once when what is there is not what is known. */
  start(): Promise<void>
  /** No call of `onChange` begins after this. May be called twice. */
  stop(): void
}

export interface FileWatchOptions<Read> {
  /** Folders or files whose events are listened to. */
  paths: string[]
  /** What is there now, as a value that can be written as JSON. */
  read(): Promise<Read>
  onChange(read: Read): void
  /** Absent: what is there at the start is taken as known. */
  known?: Read | undefined
  debounceMs?: number | undefined
  pollMs?: number | undefined
}

/** Editors write a file in several steps; what comes within this time is one change. */
const DEBOUNCE_MS = 200
/** Network file systems and replaced folders give no events, so the files are also read this often. */
const POLL_MS = 5000

/** Calls `onChange` with what is there now, each time that has changed. */
export function watchFiles<Read>(options: FileWatchOptions<Read>): FileWatch {
  const { paths, read, onChange, debounceMs = DEBOUNCE_MS, pollMs = POLL_MS } = options
  let watchers: FSWatcher[] = []
  let poll: NodeJS.Timeout | undefined
  let debounce: NodeJS.Timeout | undefined
  let known = options.known === undefined ? '' : digestOf(options.known)
  let stopped = false
  /** Looks run one after the other, so that an old text is never told after a newer one. */
  let looking: Promise<void> = Promise.resolve()

  async function look(tell: boolean): Promise<void> {
    const now = await read()
    const digest = digestOf(now)
    if (stopped || digest === known) return
    known = digest
    if (tell) onChange(now)
  }

  const lookLater = () => {
    looking = looking.then(() => look(true))
  }
  const onEvent = () => {
    clearTimeout(debounce)
    debounce = setTimeout(lookLater, debounceMs)
  }

  return {
    async start() {
      for (const path of paths) {
        try {
          watchers.push(watch(path, onEvent).on('error', () => {}))
        } catch {
          // A folder that is not there (yet) is left to the poll.
        }
      }
      looking = look(options.known !== undefined)
      await looking
      if (!stopped) poll = setInterval(lookLater, pollMs)
    },
    stop() {
      stopped = true
      clearInterval(poll)
      clearTimeout(debounce)
      for (const watcher of watchers) watcher.close()
      watchers = []
    },
  }
}

function digestOf(read: unknown): string {
  return createHash('sha256').update(JSON.stringify(read)).digest('hex')
}
