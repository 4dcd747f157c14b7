import type { Clock } from '../../core/clock.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type Crew, openCrew } from './crew.ts'
import { isSameModel, type LoadedModel, loadModel, loadModels } from './load-model.ts'
import { createShadow, type Shadow } from './shadow.ts'

/** The models that new frames are given to. */
export interface InForce {
  active: Crew
  shadow: Shadow | null
}

export interface ModelsInForceOptions {
  manifestPath: string
  /** Threads of the active model; a shadow has half as many besides. */
  workers: number
  /** Frames that may wait for the active model. */
  queueLimit: number
  maxPixels: number
  frameTimeoutMs: number
  shadowGraceMs: number
  clock: Clock
  log: Log
}

/** Which models look at frames: opened as a manifest says, changed without losing a frame. */
export interface ModelsInForce {
  /** Throws `model_invalid` for the active model; a shadow that does not open is told (`fault`) and left out. */
  start(): Promise<void>
  /** Null before the start. A frame is given to these at once, before anything else is awaited. */
  current(): InForce | null
  /** Why the manifest as it lies there is not in force, or null. */
  fault(): string | null
  /**
   * Opens what is new in the manifest, all of it or nothing; from then on new frames go to the new models, and frames
   * under way are finished by the old ones. One at a time. Throws `conflict` for a wrong manifest or model.
   */
  reload(): Promise<{ changed: boolean }>
  stop(): Promise<void>
}

/** Frames that may wait for a shadow: it is to compare, not to keep up. */
const SHADOW_QUEUE = 4

export function createModelsInForce(options: ModelsInForceOptions): ModelsInForce {
  const { log, manifestPath, clock } = options
  /** Everything that has threads, in force or finishing its frames. */
  const crews = new Set<Crew>()
  const retiring = new Set<Promise<void>>()
  let inForce: InForce | null = null
  let fault: string | null = null
  let reloads: Promise<unknown> = Promise.resolve()
  let stopped = false

  async function open(model: LoadedModel, isShadow: boolean): Promise<Crew> {
    const workers = isShadow ? Math.max(1, Math.floor(options.workers / 2)) : options.workers
    const queueLimit = isShadow ? SHADOW_QUEUE : options.queueLimit
    const crew = await openCrew(model, { ...options, workers, queueLimit, isShadow, nowMs: clock.nowMs() })
    crews.add(crew)
    if (!stopped) return crew
    retire(crew)
    throw new AppError('stopped', 'vision was stopped while a model was opened')
  }

  function shadowOf(crew: Crew): Shadow {
    return createShadow(crew, { nowMs: clock.nowMs(), graceMs: options.shadowGraceMs, log })
  }

  /** What was given to it is done first. */
  function retire(crew: Crew): void {
    const done = crew.pool.retire().finally(() => {
      crews.delete(crew)
      retiring.delete(done)
    })
    retiring.add(done)
  }

  async function openFirstShadow(): Promise<Shadow | null> {
    try {
      const { shadow } = await loadModels(manifestPath)
      return shadow && shadowOf(await open(shadow, true))
    } catch (thrown) {
      fault = toAppError(thrown).message
      log.error({ err: thrown }, 'the shadow model cannot be used')
      return null
    }
  }

  /** The crew that is there if it is of that model, else a new one. */
  async function crewFor(model: LoadedModel, present: Crew | undefined, isShadow: boolean): Promise<Crew> {
    return present && isSameModel(present.model, model) ? present : open(model, isShadow)
  }

  async function change(before: InForce): Promise<{ changed: boolean }> {
    const next = await loadModels(manifestPath)
    const second = before.shadow?.crew
    const active = await crewFor(next.active, before.active, false)
    let shadow: Crew | undefined
    try {
      if (next.shadow) shadow = await crewFor(next.shadow, second, true)
    } catch (error) {
      if (active !== before.active) retire(active)
      throw error
    }
    if (active === before.active && shadow === second) return { changed: false }
    inForce = { active, shadow: shadow ? shadowOf(shadow) : null }
    for (const crew of [before.active, second]) if (crew && crew !== active && crew !== shadow) retire(crew)
    return { changed: true }
  }

  async function reloadNow(): Promise<{ changed: boolean }> {
    if (!inForce || stopped) throw new AppError('stopped', 'vision is not running')
    try {
      const outcome = await change(inForce)
      fault = null
      if (outcome.changed) log.info(idsOf(inForce), 'models changed')
      return outcome
    } catch (thrown) {
      const { code, message, details } = toAppError(thrown)
      if (code !== 'model_invalid') throw thrown
      fault = message
      log.warn({ err: thrown, ...idsOf(inForce) }, 'the manifest is wrong, the old models stay in force')
      throw new AppError('conflict', `the old models stay in force: ${message}`, details, { cause: thrown })
    }
  }

  return {
    async start() {
      const active = await open(await loadModel(manifestPath), false)
      inForce = { active, shadow: await openFirstShadow() }
      log.info({ ...idsOf(inForce), ...active.pool.status() }, 'vision ready')
    },
    current: () => inForce,
    fault: () => fault,
    reload() {
      const outcome = reloads.then(reloadNow)
      reloads = outcome.catch(() => {})
      return outcome
    },
    async stop() {
      stopped = true
      await Promise.all([...crews].map(({ pool }) => pool.stop()))
      await Promise.all([reloads, ...retiring])
    },
  }
}

function idsOf({ active, shadow }: InForce) {
  return { model: active.model.id, shadow: shadow?.crew.model.id ?? null }
}
