import Type from 'typebox'
import type { Clock } from '../../../core/clock.ts'
import type { DeviceLine } from '../../../core/device-line.ts'
import type { Log } from '../../../core/log.ts'
import type { OutgoingEvent } from '../../../core/output.ts'

/** What every kind of output is made with besides its settings. */
export interface KindPorts {
  name: string
  ledgerId: string
  clock: Clock
  log: Log
  /** IANA zone of what people read. */
  zone: string
  /** Where people reach the pages, without a slash at the end; empty when nobody said. */
  publicUrl: string
  /** The embedded broker's devices; null where it is another one. */
  devices: DeviceLine | null
  /** An event of the ledger. Throws `not_found`. */
  eventAt(seq: number): Promise<OutgoingEvent>
}

export const HTTP_URL = Type.String({
  pattern: '^https?://[^\\s/]+(/\\S*)?$',
  maxLength: 2000,
  description: 'an address that begins with http:// or https://',
})

/** Field names as RFC 9110 has them; values without line breaks. */
export const HEADERS = Type.Record(
  Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" }),
  Type.String({ pattern: '^[\\t\\x20-\\x7e]*$', maxLength: 4000, description: 'a text of printable ASCII characters' }),
  { description: 'a map of header names and their values' },
)

/** Headers that others make: fetch itself, and ourselves. */
const NOT_YOURS =
  /^(host|connection|content-length|content-type|transfer-encoding|upgrade|keep-alive|te|trailer|expect|user-agent|webhook-.*)$/i

/** What is wrong with settings of an output that posts by HTTP, beyond their shape. */
export function checkHttp({ url, headers = {} }: { url: string; headers?: Record<string, string> }) {
  const faults = Object.keys(headers)
    .filter((header) => NOT_YOURS.test(header))
    .map((header) => ({ path: ['headers', header], message: `the header ${header} is not yours to set` }))
  if (!URL.canParse(url)) return [...faults, { path: ['url'], message: 'url is not an address' }]
  const { username, password } = new URL(url)
  if (username === '' && password === '') return faults
  return [...faults, { path: ['url'], message: 'put user and password into an authorization header' }]
}
