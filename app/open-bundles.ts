import type { BundleDesk } from '../core/bundle-desk.ts'
import type { Clock } from '../core/clock.ts'
import type { FindingDesk } from '../core/finding-desk.ts'
import type { LedgerDesk } from '../core/ledger-desk.ts'
import type { Measurement } from '../core/measurement.ts'
import type { PictureDesk } from '../core/picture-desk.ts'
import type { Config } from './config-schema.ts'
import { createBundleDesk } from './evidence-bundle/create-bundle-desk.ts'
import type { JudgingRoom } from './open-judging.ts'
import type { Storage } from './open-storage.ts'
import { createRuleAt } from './rule-at.ts'
import type { UnlessFull } from './unless-full.ts'

/** Evidence bundles of what this service knows. */
export function openBundles(
  { config, clock }: { config: Config; clock: Clock },
  { history, ledger, shown }: Storage,
  room: JudgingRoom,
  parts: { pictures: PictureDesk; findings: FindingDesk; proofs: LedgerDesk; unlessFull: UnlessFull },
): BundleDesk & { measurements(): Measurement[] } {
  const { rules, desk: ruleDesk, writer, registry, book, vision, frames } = room
  const { pictures, findings, proofs, unlessFull } = parts
  const ruleAt = createRuleAt(rules)
  const desk = createBundleDesk({
    ...{ history, writer, shown, pictures, clock, rules: ruleDesk, ledger: proofs, ledgerId: ledger.id },
    whenStored: (seq) => history.whenDrained('ledger', seq),
    frame: async (frameId) => frames.recent(frameId) ?? history.frame(frameId),
    openAlerts: book.open,
    ruleHashAt: (id, atMs) => ruleAt(id, atMs)?.rule.hash,
    finding: findings.finding,
    device: registry.get,
    models: vision.report,
    title: config.name,
    timeZone: config.timeZone,
  })
  return { ...desk, take: (request) => unlessFull(() => desk.take(request)) }
}
