/** One line of the service's log, for people who watch it in a browser. */
export interface LogLine {
  /** Grows by one with each line. */
  seq: number
  atMs: number
  level: 'error' | 'warn' | 'info'
  message: string
  /** JSON-safe; faults as code and message, without their stacks. */
  facts: Record<string, unknown>
}

/** The newest lines of the log. Memory only. */
export interface LogTail {
  /** Newest first. */
  lines(query: { level: LogLine['level']; limit: number; device?: string }): LogLine[]
}
