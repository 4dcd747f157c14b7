import { rename, writeFile } from 'node:fs/promises'
import type { Log } from '../core/log.ts'
import { readIfThere } from '../storage/text-file.ts'

/** Which frames are being looked at, on disk: a frame that takes the whole process down is known after the restart. */
export interface FramesInHand {
  /** Resolves when it is written down. Never throws: without it a crash is only not blamed on anybody. */
  begin(frameId: string): Promise<void>
  end(frameId: string): void
  /** How often the process ended while this frame was in hand. */
  deaths(frameId: string): number
  /** Resolves when all is written. */
  settled(): Promise<void>
}

interface Notes {
  held: string[]
  deaths: Record<string, number>
}

/** Crash after crash adds as many as are looked at side by side; the oldest are forgotten. */
const REMEMBERED = 1_000

/**
 * The file need not outlive a power cut, which is no frame's fault: it is replaced as a whole and not synced. One that
 * cannot be read says nothing.
 */
export async function openFramesInHand(path: string, log: Log): Promise<FramesInHand> {
  const before = parse(await readIfThere(path).catch(() => null))
  const deaths = new Map(Object.entries(before.deaths).slice(-REMEMBERED))
  for (const frameId of before.held) deaths.set(frameId, (deaths.get(frameId) ?? 0) + 1)
  if (before.held.length > 0) log.warn({ frameIds: before.held }, 'the process ended while it looked at these frames')
  const held = new Set<string>()
  let writing: Promise<void> | undefined
  let next: Promise<void> | undefined

  async function write(): Promise<void> {
    const notes: Notes = { held: [...held], deaths: Object.fromEntries(deaths) }
    try {
      await writeFile(`${path}.new`, JSON.stringify(notes))
      await rename(`${path}.new`, path)
    } catch (err) {
      log.debug({ err }, 'frames in hand could not be written down')
    }
  }

  /** One write at a time; what changes meanwhile goes into the next one. */
  function save(): Promise<void> {
    if (writing === undefined) {
      writing = write().finally(() => {
        writing = undefined
      })
      return writing
    }
    next ??= writing.then(() => {
      next = undefined
      return save()
    })
    return next
  }

  return {
    begin(frameId) {
      held.add(frameId)
      return save()
    },
    end(frameId) {
      held.delete(frameId)
      deaths.delete(frameId)
      void save()
    },
    deaths: (frameId) => deaths.get(frameId) ?? 0,
    async settled() {
      await (next ?? writing)
    },
  }
}

function parse(text: string | null): Notes {
  try {
    const { held, deaths } = JSON.parse(text ?? '{}') as Partial<Notes>
    return { held: Array.isArray(held) ? held : [], deaths: typeof deaths === 'object' && deaths ? deaths : {} }
  } catch {
    return { held: [], deaths: {} }
  }
}
