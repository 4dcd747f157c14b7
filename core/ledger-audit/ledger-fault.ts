/** How a ledger was bent, as far as one can tell. */
export type LedgerFaultKind =
  /** Not the record that stood here. */
  | 'edited'
  /** Records were taken out from here on. */
  | 'missing'
  /** A record that never stood here. */
  | 'inserted'
  | 'reordered'
  /** It ends here, and a checkpoint says that it went on. */
  | 'truncated'
  /** Two statements of the same ledger exclude each other. */
  | 'split_view'
  /** A statement that nobody signed whose key we trust. */
  | 'forged_checkpoint'

export interface LedgerFault {
  kind: LedgerFaultKind
  /** Position of the first bad record; of a forged checkpoint its size. */
  seq: number
  /** The first bad record is at `seq` or behind it, up to here: proofs say no more. Absent when it is `seq` itself. */
  toSeq?: number
  /** In words. */
  detail: string
}

export function explainFault({ kind, seq, toSeq, detail }: LedgerFault): string {
  const where = toSeq === undefined || toSeq === seq ? `record ${seq}` : `records ${seq} to ${toSeq}`
  return `${kind.replace('_', ' ')}: ${where}: ${detail}`
}
