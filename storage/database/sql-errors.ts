/** PostgreSQL's five-letter error code, or undefined for errors that are not the database's answer. */
export function sqlState(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/**
 * True when the row itself is at fault, so trying again can't help: data exceptions (22), constraints (23), cardinality
 * (21), limits such as an index row that is too long (54). Source: PostgreSQL documentation, appendix A.
 */
export function isRowFault(thrown: unknown): boolean {
  return /^(21|22|23|54)/.test(sqlState(thrown) ?? '')
}

/** True when the files of the database are damaged: data or index corrupted (XX001, XX002), a file or block missing (58). */
export function isDamage(thrown: unknown): boolean {
  return /^(XX00[12]|58)/.test(sqlState(thrown) ?? '')
}

/** True when a table is not there: a partition was dropped behind our back. */
export function isMissingTable(thrown: unknown): boolean {
  return sqlState(thrown) === '42P01'
}

/** True when the database gave up on a statement that ran too long. */
export function isTimeout(thrown: unknown): boolean {
  return sqlState(thrown) === '57014'
}

/** True when a row was there already and nothing said what to do then. */
export function isDuplicate(thrown: unknown): boolean {
  return sqlState(thrown) === '23505'
}
