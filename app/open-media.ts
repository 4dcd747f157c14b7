import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import type { FrontDoor } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'
import type { MediaDesk } from '../core/media-desk.ts'
import { createFrameFolder } from '../ingest/folder/frame-folder.ts'
import { DEFAULT_LIMITS } from '../ingest/limits.ts'
import { createBucketSearch } from '../ingest/media/bucket-search.ts'
import { createMediaFetcher } from '../ingest/media/media-fetcher.ts'
import { createPilotDesk } from '../ingest/media/pilot-desk.ts'
import { createS3Store } from '../ingest/media/s3-store.ts'
import type { Closers } from './closers.ts'
import type { Config } from './config-schema.ts'
import { toMediaStorage } from './media-settings.ts'
import type { JudgingRoom } from './open-judging.ts'

/** Pictures that come by a folder or a bucket. */
export interface Media {
  desk: MediaDesk
  /** What keeps pictures from coming in. */
  faults(): string[]
}

interface Ports {
  config: Config
  frontDoor: FrontDoor
  room: Pick<JudgingRoom, 'judging' | 'registry' | 'refusals' | 'media'>
  clock: Clock
  log: Log
}

/** Starts to take in what the configuration names. Throws `config_invalid`. */
export async function openMedia(ports: Ports, closers: Closers): Promise<Media> {
  const { config, room, clock } = ports
  const sources = [...openBucket(ports, closers), ...(await openFolder(ports, closers))]
  const desk = createPilotDesk({
    book: room.media,
    registry: room.registry,
    refusals: room.refusals,
    submit: room.judging.submit,
    ...{ clock, zone: config.timeZone, futureMs: DEFAULT_LIMITS.futureMs, storage: toMediaStorage(config) },
  })
  return { desk, faults: () => sources.flatMap((source) => source.fault ?? []) }
}

function openBucket(
  { config, frontDoor, room, clock, log }: Ports,
  closers: Closers,
): { readonly fault: string | null }[] {
  const { endpoint, bucket, listEveryS, prefix, tries } = config.media
  if (endpoint === '' || bucket === '') return []
  const store = openStore(config)
  const shared = { store, book: room.media, submit: room.judging.submit, clock, log }
  const fetcher = createMediaFetcher({ ...shared, frontDoor, tries, maxBytes: config.http.maxFrameBytes })
  const stopWaking = room.media.onPromise(fetcher.wake)
  closers.add(fetcher.stop)
  closers.add(stopWaking)
  fetcher.start()
  if (listEveryS === 0) return [fetcher]
  const { registry, refusals } = room
  const search = createBucketSearch({ ...shared, registry, refusals, prefix, everyMs: listEveryS * 1000 })
  closers.add(search.stop)
  search.start()
  return [fetcher, search]
}

async function openFolder(
  { config, frontDoor, clock, log }: Ports,
  closers: Closers,
): Promise<{ readonly fault: string | null }[]> {
  const { folder, folderDone } = config.media
  if (folder === '') return []
  const maxBytes = config.http.maxFrameBytes
  const source = createFrameFolder({ folder, done: folderDone, frontDoor, clock, log, maxBytes })
  await source.start()
  closers.add(source.stop)
  return [source]
}

function openStore({ media }: Config) {
  try {
    return createS3Store(media)
  } catch (cause) {
    throw new AppError('config_invalid', 'media.endpoint is no address', { endpoint: media.endpoint }, { cause })
  }
}
