/** The part of a `ws` socket that a link needs. */
export interface LinkSocket {
  readonly bufferedAmount: number
  send(text: string): void
}

/** One browser on the live feed. What it cannot take is not kept for it: it gets a snapshot when it is free again. */
export interface BrowserLink {
  /** Sends what every browser gets, unless this one is behind. */
  offer(text: string): void
  /** Sends a snapshot to a browser that fell behind and has room again. */
  catchUp(): void
  readonly behind: boolean
}

/** Bytes that may wait in one socket before the browser counts as behind: about a second of a flood. */
const BEHIND_AT_BYTES = 1024 * 1024
const CAUGHT_UP_AT_BYTES = 64 * 1024

export function createBrowserLink(socket: LinkSocket, snapshot: () => string): BrowserLink {
  let behind = false
  return {
    offer(text) {
      if (behind) return
      if (socket.bufferedAmount > BEHIND_AT_BYTES) {
        behind = true
        return
      }
      socket.send(text)
    },
    catchUp() {
      if (!behind || socket.bufferedAmount > CAUGHT_UP_AT_BYTES) return
      behind = false
      socket.send(snapshot())
    },
    get behind() {
      return behind
    },
  }
}
