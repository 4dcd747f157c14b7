/** The part of a `ws` socket that a link needs. Messages are UTF-8: what goes to all is encoded once. */
export interface LinkSocket {
  readonly bufferedAmount: number
  send(message: Buffer, options: { binary: false }): void
}

/** One browser on the live feed. What it cannot take is not kept for it: it gets a snapshot when it is free again. */
export interface BrowserLink {
  /** Sends what every browser gets, unless this one is behind. */
  offer(message: Buffer): void
  /** Sends a snapshot to a browser that fell behind and has room again. */
  catchUp(): void
  readonly behind: boolean
}

/** Bytes that may wait in one socket before the browser counts as behind: about a second of a flood. */
const BEHIND_AT_BYTES = 1024 * 1024
const CAUGHT_UP_AT_BYTES = 64 * 1024
const AS_TEXT = { binary: false } as const

export function createBrowserLink(socket: LinkSocket, snapshot: () => Buffer): BrowserLink {
  let behind = false
  return {
    offer(message) {
      if (behind) return
      if (socket.bufferedAmount > BEHIND_AT_BYTES) {
        behind = true
        return
      }
      socket.send(message, AS_TEXT)
    },
    catchUp() {
      if (!behind || socket.bufferedAmount > CAUGHT_UP_AT_BYTES) return
      behind = false
      socket.send(snapshot(), AS_TEXT)
    },
    get behind() {
      return behind
    },
  }
}
