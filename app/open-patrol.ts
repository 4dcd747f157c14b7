import type { FindingNews } from '../core/finding.ts'
import type { FindingEvent } from '../core/finding-events.ts'
import { toGlob } from '../core/glob.ts'
import type { LedgerEntry } from '../core/ledger-entry.ts'
import { loadClasses } from '../detectors/patrol/parse-classes.ts'
import { createPatrolBook, type PatrolBook } from '../detectors/patrol/patrol-book.ts'
import { createPatrolMap, type MapFeature, type PatrolMap } from '../detectors/patrol/patrol-map.ts'
import type { PatrolSettings } from '../detectors/patrol/settings.ts'
import type { Registry } from '../ingest/registry.ts'
import { type Config, mapFileOf } from './config-schema.ts'
import type { LedgerWriter } from './ledger.ts'
import { readMap } from './read-map.ts'

/** Makes the patrol book as it was in a snapshot. Throws `config_invalid` when a file of classes or masks is wrong. */
export function openPatrol(config: Config, registry: Registry, snapshot: unknown): PatrolBook {
  const isFixed = toGlob(namesIn(config.patrol.fixedCameras))
  return createPatrolBook({
    settings: patrolSettings(config),
    map: loadPatrolMap(config),
    isDrone: (id) => !isFixed(registry.get(id)?.type),
    ...(snapshot !== undefined && { snapshot }),
  })
}

export function patrolSettings({ patrol }: Config): PatrolSettings {
  const { minSharpness, maxGsdCm, maxClipped, silenceS, gpsBiasM, nearM } = patrol
  return {
    classes: loadClasses(patrol.classes),
    demands: { minSharpness, maxGsdCm, maxClipped },
    ...{ silenceS, gpsBiasM, nearM, binM: 10 },
  }
}

/** Rivers, reaches and masks of the map, and masks of a file of one's own. */
export function loadPatrolMap(config: Config): PatrolMap {
  const own = config.patrol.masks === '' ? [] : readMasks(config.patrol.masks)
  return createPatrolMap([...readMap(mapFileOf(config)), ...own])
}

/** Every feature of the file is a mask. */
function readMasks(path: string): MapFeature[] {
  return readMap(path).map((feature) => ({ ...feature, properties: { ...feature.properties, kind: 'mask' } }))
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** Writes down what becomes of findings, once: what the ledger holds already from before a crash is not written again. */
export interface FindingScribe {
  /** An entry that the ledger holds behind the snapshot. */
  known(entry: LedgerEntry): void
  write(news: FindingNews): void
}

export function createFindingScribe(): FindingScribe & { open(ledger: Pick<LedgerWriter, 'write'>): void } {
  const written = new Set<string>()
  let ledger: Pick<LedgerWriter, 'write'> | undefined
  return {
    open(writer) {
      ledger = writer
    },
    known(entry) {
      if (entry.type === 'finding.changed') written.add(keyOf(entry))
    },
    write(news) {
      const event = toEvent(news)
      if (event === null || written.delete(keyOf(event))) return
      ledger?.write(event)
    },
  }
}

/** Null for what is not written down: the same once more, and what a person said, which is written as their word. */
function toEvent({ change, arrivalMs, finding, seq }: FindingNews): FindingEvent | null {
  if (change === 'seen' || change === 'reviewed') return null
  return { type: 'finding.changed', atMs: arrivalMs, change, finding, seq }
}

function keyOf({ seq, atMs, change, finding }: FindingEvent): string {
  return `${seq}|${atMs}|${change}|${finding.id}`
}
