import { type Alert, deviceOf } from '../../core/alert.ts'
import type { BundleSubject, LeftOut } from '../../core/bundle-desk.ts'
import { AppError } from '../../core/errors.ts'
import type { History, LedgerQuery, LedgerRow } from '../../core/history.ts'
import { isAlertEvent, type LedgerEntry } from '../../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../../core/ledger-record.ts'

/** One record of the history that a bundle tells. */
export interface CaseRecord {
  seq: number
  bytes: Buffer
  /** Null for a record that cannot be read. */
  entry: LedgerEntry | null
}

/** The records about one alert or finding and about what it refers to. */
export interface CaseHistory {
  /** In the order of the ledger. */
  records: CaseRecord[]
  /** As they stand after the last record of each; the first one raised comes first. */
  alerts: Alert[]
  /** Those that a composite alert among them holds together. */
  members: Alert[]
  /** Frames that the alerts named, those that raised them first, then the newest. */
  frameIds: string[]
  leftOut: LeftOut[]
}

type Ask = Pick<History, 'ledger'>
type Asked = Omit<LedgerQuery, 'ledger' | 'limit' | 'cursor'>

const PAGE = 200
const MAX_OWN = 2_000
const MAX_REFERRED = 500
const MAX_BYTES = 24 * 1024 * 1024
/** Alerts of a finding whose own history is told as well. */
const MAX_ALERTS = 10
const MAX_FRAMES = 20
/** A member of a composite may have held so long before the others came. */
const MEMBERS_FROM_MS = 24 * 3_600_000

/** Throws `not_found` when the ledger has nothing of it. */
export async function gatherRecords(about: BundleSubject, ledger: string, history: Ask): Promise<CaseHistory> {
  const found = createRecords()
  async function take(asked: Asked, most: number, isMeant: (record: CaseRecord) => boolean = () => true) {
    const rows: LedgerRow[] = []
    let cursor: string | undefined
    do {
      const limit = Math.min(PAGE, most - rows.length)
      const page = await history.ledger({ ledger, ...asked, limit, ...(cursor !== undefined && { cursor }) })
      rows.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== undefined && rows.length < most)
    found.add(rows.map(toCaseRecord).filter(isMeant), asked, cursor !== undefined)
  }

  const subject = `${about.kind}:${about.id}`
  await take({ subject }, MAX_OWN)
  if (about.kind === 'alert') await take({ subject, type: 'alert.raised' }, 1)
  const alerts = newestAlerts(found.list())
  if (!found.list().some(({ entry }) => isAbout(entry, about))) throw new AppError('not_found', `no such ${about.kind}`)
  for (const { rules, ...asked } of togetherWith(alerts, found.list()))
    await take(asked, MAX_REFERRED, ({ entry }) => entry !== null && isAlertEvent(entry) && rules.has(entry.alert.rule))
  const isOwn = ({ id }: Alert) => alerts.some((alert) => alert.id === id)
  const known = newestAlerts(found.list())
  for (const { most, ...asked } of referredBy(known, about, found.list())) await take(asked, most ?? MAX_REFERRED)
  const records = found.list()
  const newest = newestAlerts(records, known)
  return {
    records,
    alerts: newest.filter(isOwn),
    members: newest.filter((alert) => !isOwn(alert)),
    frameIds: framesOf(records, newest),
    leftOut: found.leftOut,
  }
}

/** Where a composite rule held several together: alerts of those rules at the same place, about the same time. */
function togetherWith(alerts: Alert[], records: CaseRecord[]): (Asked & { rules: Set<string> })[] {
  return alerts.flatMap(({ id, place, raisedAtMs, clearedAtMs }) => {
    const rules = records.flatMap(({ entry }) =>
      entry !== null && isAlertEvent(entry) && entry.alert.id === id
        ? String(entry.alert.reason.params?.rules ?? '').split(',')
        : [],
    )
    if (place === undefined || !rules.some((rule) => rule !== '')) return []
    const toMs = clearedAtMs === undefined ? {} : { toMs: clearedAtMs + 1 }
    return [
      {
        subject: `place:${place}`,
        type: 'alert.*',
        fromMs: raisedAtMs - MEMBERS_FROM_MS,
        ...toMs,
        rules: new Set(rules),
      },
    ]
  })
}

function framesOf(records: CaseRecord[], alerts: Alert[]): string[] {
  const ids = new Set(alerts.map(({ id }) => id))
  const named = records.flatMap(({ entry }) =>
    entry !== null && isAlertEvent(entry) && ids.has(entry.alert.id)
      ? [{ frameId: entry.alert.frameId, isFirst: entry.type === 'alert.raised' }]
      : [],
  )
  const first = named.filter(({ isFirst }) => isFirst)
  return unique([...first, ...named.toReversed()].map(({ frameId }) => frameId))
}

/** Something else in the ledger may name an id that never was. */
function isAbout(entry: LedgerEntry | null, { kind, id }: BundleSubject): boolean {
  if (entry === null) return false
  if (kind === 'alert') return isAlertEvent(entry) && entry.alert.id === id
  return (
    (entry.type === 'finding.changed' && entry.finding.id === id) ||
    (entry.type === 'finding.reviewed' && entry.findingId === id) ||
    (isAlertEvent(entry) && entry.alert.finding?.id === id)
  )
}

function newestAlerts(records: CaseRecord[], only?: Alert[]): Alert[] {
  const newest = new Map<string, Alert>()
  for (const { entry } of records)
    if (entry !== null && isAlertEvent(entry)) {
      const { alert } = entry
      const isMeant = only === undefined || only.some(({ id }) => id === alert.id)
      if (isMeant && (newest.get(alert.id)?.version ?? 0) <= alert.version) newest.set(alert.id, alert)
    }
  return [...newest.values()].sort((a, b) => a.raisedAtMs - b.raisedAtMs)
}

/** What else the ledger says: the finding and its verdicts, the change that made each rule, devices, silences, originals. */
function referredBy(alerts: Alert[], about: BundleSubject, records: CaseRecord[]): (Asked & { most?: number })[] {
  const entries = records.flatMap(({ entry }) => (entry === null ? [] : [entry]))
  const findings = unique(alerts.map(({ finding }) => finding?.id)).filter((id) => id !== about.id)
  const devices = unique(alerts.map(deviceOf))
  const silences = unique(alerts.map(({ quiet }) => (quiet?.gate === 'silence' ? quiet.by : undefined)))
  const frames = unique([...alerts.map(({ frameId }) => frameId), ...entries.map(frameOf)]).slice(-MAX_FRAMES)
  return [
    ...(about.kind === 'alert' ? [] : alerts.slice(-MAX_ALERTS).map(({ id }) => ({ subject: `alert:${id}` }))),
    ...findings.map((id) => ({ subject: `finding:${id}`, type: 'finding.*' })),
    ...unique(alerts.map(({ rule }) => rule)).map((rule) => ({
      ...{ subject: `rule:${rule}`, type: 'rules.changed', most: 1 },
      ...beforeRaised(records, rule),
    })),
    ...devices.map((id) => ({ subject: `device:${id}`, type: 'device.*', most: 100 })),
    ...devices.map((id) => ({ subject: `device:${id}`, type: 'service.*', most: 20 })),
    ...silences.map((id) => ({ subject: `silence:${id}`, most: 20 })),
    ...frames.map((id) => ({ subject: `frame:${id}`, most: 50 })),
  ]
}

/** The rule as it judged was made before the first record of its alert. */
function beforeRaised(records: CaseRecord[], rule: string): { beforeSeq?: number } {
  const first = records.find(({ entry }) => entry !== null && isAlertEvent(entry) && entry.alert.rule === rule)
  return first === undefined ? {} : { beforeSeq: first.seq }
}

function frameOf(entry: LedgerEntry): string | undefined {
  if (entry.type === 'finding.changed') return entry.finding.best.frameId
  return isAlertEvent(entry) ? entry.alert.finding?.frameId : undefined
}

function unique(ids: (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))]
}

/** Records by position, each once, with a bound on their bytes. */
function createRecords() {
  const bySeq = new Map<number, CaseRecord>()
  const leftOut: LeftOut[] = []
  let bytes = 0
  return {
    add(records: CaseRecord[], { subject = '', type = '' }: Asked, hasMore: boolean): void {
      // Of changes of a rule only the one is wanted.
      const isCut = hasMore && type !== 'rules.changed' && type !== 'alert.raised'
      if (isCut)
        leftOut.push({ what: `older records of ${subject} ${type}`.trim(), why: `more than ${records.length}` })
      for (const record of records) {
        if (bySeq.has(record.seq)) continue
        bytes += record.bytes.length
        if (bytes > MAX_BYTES) {
          leftOut.push({ what: `records of ${subject} before ${record.seq}`, why: `more than ${MAX_BYTES} bytes` })
          return
        }
        bySeq.set(record.seq, record)
      }
    },
    list: () => [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    leftOut,
  }
}

function toCaseRecord({ seq, bytes: stored }: LedgerRow): CaseRecord {
  const bytes = Buffer.from(stored)
  try {
    return { seq, bytes, entry: decodeLedgerRecord(bytes).entry }
  } catch {
    return { seq, bytes, entry: null }
  }
}
