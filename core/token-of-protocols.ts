const PLAIN = 'bearer.'
/** For tokens with characters that a subprotocol may not hold, such as `/` and `=`. */
const ENCODED = 'bearer64.'

/**
 * Browsers cannot send headers with a WebSocket, so the token travels as one of the offered subprotocols:
 * `bearer.<token>`, or `bearer64.<base64url of the token>`. Null when none was offered.
 */
export function tokenOfProtocols(header: string | undefined): string | null {
  for (const offered of (header ?? '').split(',').map((part) => part.trim())) {
    if (offered.startsWith(PLAIN)) return offered.slice(PLAIN.length)
    if (offered.startsWith(ENCODED)) return Buffer.from(offered.slice(ENCODED.length), 'base64url').toString()
  }
  return null
}
