import { LIVE_PROTOCOL } from '../../contract.ts'

/** What a subprotocol may hold, RFC 9110 `token`. */
const PROTOCOL_SAFE = /^[\w!#$%&'*+.^`|~-]+$/

/** The feed's protocol, and the token beside it in a form that a subprotocol may have. */
export function liveProtocols(token: string | null): string[] {
  if (token === null) return [LIVE_PROTOCOL]
  if (PROTOCOL_SAFE.test(token)) return [LIVE_PROTOCOL, `bearer.${token}`]
  const bytes = new TextEncoder().encode(token)
  const base64 = btoa(String.fromCharCode(...bytes))
  return [LIVE_PROTOCOL, `bearer64.${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`]
}
