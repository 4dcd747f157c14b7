import { useEffect, useMemo, useState } from 'react'
import type { FindingView, FrameView, SightingView } from '../../contract.ts'
import { useSettled } from '../shell/use-steady.ts'
import { createPictureCache, type PictureCache } from './picture-cache.ts'
import { picturePath, REVIEW_PX, type RiverCalls } from './river-calls.ts'

/** A frame to look at: a copy for the screen, and what is known of the frame. */
export interface Look {
  picture: ImageBitmap
  frame: FrameView
}

/** Decoded pictures take 10 MB each. */
const KEPT_LOOKS = 10
/** Whole ones take 50. */
const KEPT_WHOLE = 2

export interface Looks {
  looks: PictureCache<Look>
  whole: PictureCache<ImageBitmap>
}

export function useLooks(calls: RiverCalls): Looks {
  return useMemo(
    () => ({
      looks: createPictureCache(async (id) => {
        const [frameId = '', findingId = ''] = id.split(' ')
        const path = picturePath(frameId, findingId, REVIEW_PX)
        const [picture, frame] = await Promise.all([
          calls.picture(path).then((blob) => createImageBitmap(blob)),
          calls.frame(frameId),
        ])
        return { picture, frame }
      }, KEPT_LOOKS),
      whole: createPictureCache(async (id) => {
        const [frameId = '', findingId = ''] = id.split(' ')
        return createImageBitmap(await calls.picture(picturePath(frameId, findingId)))
      }, KEPT_WHOLE),
    }),
    [calls],
  )
}

/** As the flight that is reviewed saw it, else as it was seen best. */
export function sightingOf({ onFlight, best }: FindingView): SightingView {
  return onFlight ?? best
}

export function lookIdOf(frameId: string, findingId: string): string {
  return `${frameId} ${findingId}`
}

export type Asked<T> = { state: 'loading' } | { state: 'ready'; value: T } | { state: 'failed'; failure: Error }

/** One picture of a cache; there in the same turn when it was fetched ahead. Null asks for nothing. */
export function useCached<T>(cache: PictureCache<T>, id: string | null): Asked<T> {
  const [answer, setAnswer] = useState<{ id: string; asked: Asked<T> } | null>(null)
  useEffect(() => {
    if (id === null) return
    let isWanted = true
    const answered = (asked: Asked<T>) => isWanted && setAnswer({ id, asked })
    cache.get(id).then(
      (value) => answered({ state: 'ready', value }),
      (failure: Error) => answered({ state: 'failed', failure }),
    )
    return () => {
      isWanted = false
    }
  }, [cache, id])
  if (id === null) return { state: 'loading' }
  const ready = cache.ready(id)
  if (ready !== undefined) return { state: 'ready', value: ready }
  return answer?.id === id ? answer.asked : { state: 'loading' }
}

/** What is looked at comes first. */
const AHEAD_AFTER_MS = 60

/** Fetches what will be looked at next. */
export function usePrefetch(cache: PictureCache<unknown>, ids: readonly string[]): void {
  const all = useSettled(ids.join('|'), AHEAD_AFTER_MS)
  useEffect(() => {
    for (const id of all === '' ? [] : all.split('|')) cache.get(id).catch(() => undefined)
  }, [cache, all])
}
