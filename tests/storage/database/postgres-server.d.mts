/** Folder of the newest PostgreSQL server that is installed, or null. */
export function findPostgres(): string | null

/** Settings of a server that is to have TimescaleDB, or null when the extension is not installed for this one. */
export function findTimescale(bin: string): string[] | null

/** A private cluster on a free port. PostgreSQL refuses to run as root, so root lends it to the user `postgres`. */
export interface PostgresServer {
  port: number
  /** An empty database of its own. */
  createDatabase(): Promise<string>
  /** Does nothing while it runs. */
  start(): Promise<void>
  stop(): Promise<void>
  /** As the kernel would: no chance to clean up. */
  kill(): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

export function createPostgresServer(bin: string, settings?: string[]): Promise<PostgresServer>
