/** The current alerts as CAP 1.2 documents, for those who come and fetch them. */
export interface CapFeed {
  /** An Atom feed (RFC 4287) of the newest message of each alert; `base` is the address that the request came to, where nobody configured one. */
  atom(base: string): string
  /** One message, null when it is none of a current alert. */
  message(identifier: string): Promise<string | null>
}
