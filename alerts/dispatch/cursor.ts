/** A cursor is a ledger position as decimal text. Null for anything else. */
export function parseCursor(text: string): number | null {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null
}
