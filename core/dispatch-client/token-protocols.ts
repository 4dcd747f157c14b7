/** What a subprotocol may hold, RFC 9110 `token`. */
const PROTOCOL_SAFE = /^[\w!#$%&'*+.^`|~-]+$/

/** A subprotocol, and the token beside it in a form that a subprotocol may have: browsers can send no header. */
export function protocolsWithToken(subprotocol: string, token: string | null): string[] {
  if (token === null) return [subprotocol]
  if (PROTOCOL_SAFE.test(token)) return [subprotocol, `bearer.${token}`]
  const bytes = new TextEncoder().encode(token)
  const base64 = btoa(String.fromCharCode(...bytes))
  return [subprotocol, `bearer64.${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`]
}
