import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../core/clock.ts'
import type { Device } from '../core/device.ts'
import type { DeviceChange, DeviceRegistry, DeviceSpec } from '../core/device-registry.ts'
import { AppError } from '../core/errors.ts'
import { type DeviceEvent, isDeviceEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { changedSpec, toDeviceSpec } from './device-spec.ts'

export type ChangeListener = (device: Device, before: Device | undefined) => void

/** The registry as the ingest room and the composition root see it. */
export interface Registry extends DeviceRegistry {
  /**
   * Registers a device that came by itself while enrolment is open; it has no token (see `isEnrolledOpenly`).
   * Called again it fills in a type that was `unknown`. Throws `bad_request`, `conflict` when the registry is full, and
   * what the ledger throws.
   */
  enrol(id: string, type: string): Promise<Device>
  /** Takes over one ledger entry, at start or as it is committed; entries about other things and repeats change nothing. */
  applyEntry(entry: LedgerEntry): void
  /** JSON-safe; given back as `snapshot` it saves reading the ledger from its start. */
  snapshot(): Device[]
  /** Called after each change with the device as it is now, and as it was. Returns a function that stops it. */
  onChange(listener: ChangeListener): () => void
}

/** Where changes are written. Calls back once: with null and the event as it was written when it is durable, in order. */
export interface DeviceLedger {
  append(event: DeviceEvent, onDone: (error: AppError | null, written: DeviceEvent) => void): void
}

export interface RegistryOptions {
  ledger: DeviceLedger
  clock: Clock
  snapshot?: unknown
  maxDevices?: number
}

/** Stands where the digest would: there is no token, so none is ever right. */
const NO_TOKEN = 'open'
export const UNKNOWN_TYPE = 'unknown'
const ENROLLED_BY = 'enrolment'

/** True for a device that enrolled by itself: it needs no token while enrolment is open, and cannot log in otherwise. */
export function isEnrolledOpenly(device: Device): boolean {
  return device.tokenHash === NO_TOKEN
}

export function createRegistry(options: RegistryOptions): Registry {
  const { ledger, clock, maxDevices = 100_000 } = options
  const devices = new Map<string, Device>()
  /** The last change of each device that is still on its way to the disk. */
  const running = new Map<string, Promise<unknown>>()
  const listeners = new Set<ChangeListener>()

  function apply(device: Device) {
    const before = devices.get(device.id)
    if (isDeepStrictEqual(before, device)) return
    devices.set(device.id, device)
    for (const listener of listeners) listener(device, before)
  }

  /** One change of a device at a time, so that each starts from what the one before made durable. */
  async function exclusively<T>(id: string, change: () => Promise<T>): Promise<T> {
    const before = running.get(id)
    const mine = (async () => {
      await before?.catch(() => {})
      return change()
    })()
    running.set(id, mine)
    try {
      return await mine
    } finally {
      if (running.get(id) === mine) running.delete(id)
    }
  }

  /** Known in the moment in which it is durable: a snapshot that is taken then has it. */
  function commit(event: DeviceEvent): Promise<Device> {
    return new Promise((resolve, reject) => {
      ledger.append(event, (error, { device }) => {
        if (error) return reject(error)
        try {
          apply(device)
          resolve(device)
        } catch (thrown) {
          reject(thrown)
        }
      })
    })
  }

  async function add(spec: DeviceSpec, tokenHash: string, by: string): Promise<Device> {
    if (devices.size >= maxDevices) throw new AppError('conflict', 'the device registry is full', { maxDevices })
    const nowMs = clock.nowMs()
    const device: Device = { ...spec, registeredAtMs: nowMs, tokenHash }
    return commit({ type: 'device.registered', atMs: nowMs, device, by })
  }

  async function enrol(id: string, type: string): Promise<Device> {
    const known = devices.get(id)
    if (!known) return add(toDeviceSpec({ id, type }), NO_TOKEN, ENROLLED_BY)
    if (known.type !== UNKNOWN_TYPE || type === UNKNOWN_TYPE) return known
    const device = { ...known, ...toDeviceSpec({ ...known, type }) }
    return commit({ type: 'device.registered', atMs: clock.nowMs(), device, by: ENROLLED_BY })
  }

  async function register(spec: DeviceSpec, by: string) {
    if (devices.has(spec.id)) throw new AppError('conflict', 'this device id is taken', { id: spec.id })
    const token = createToken()
    return { device: await add(spec, digest(token), by), token }
  }

  async function change(id: string, change: DeviceChange, by: string): Promise<Device> {
    const known = devices.get(id)
    if (!known) throw new AppError('not_found', 'no such device', { id })
    const { tokenHash, registeredAtMs } = known
    const device: Device = { ...changedSpec(known, change), registeredAtMs, tokenHash }
    if (isDeepStrictEqual(device, known)) return known
    return commit({ type: 'device.changed', atMs: clock.nowMs(), device, by })
  }

  async function replaceToken(id: string, by: string) {
    const device = devices.get(id)
    if (!device) throw new AppError('not_found', 'no such device', { id })
    const token = createToken()
    const replaced = { ...device, tokenHash: digest(token) }
    await commit({ type: 'device.token_replaced', atMs: clock.nowMs(), device: replaced, by })
    return { token }
  }

  for (const device of (options.snapshot as Device[] | undefined) ?? []) devices.set(device.id, device)
  return {
    get: (id) => devices.get(id),
    all: () => [...devices.values()],
    async register(spec, by) {
      const checked = toDeviceSpec(spec)
      return exclusively(checked.id, () => register(checked, by))
    },
    change: (id, wanted, by) => exclusively(id, () => change(id, wanted, by)),
    replaceToken: (id, by) => exclusively(id, () => replaceToken(id, by)),
    verify: (id, token) => isSameText(devices.get(id)?.tokenHash ?? NO_TOKEN, digest(token)),
    enrol: (id, type) => exclusively(id, () => enrol(id, type)),
    applyEntry(entry) {
      if (isDeviceEvent(entry)) apply(entry.device)
    },
    snapshot: () => [...devices.values()],
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** 256 random bits: nothing to guess, so one fast digest is enough and no slow password hash is needed. */
function createToken(): string {
  return randomBytes(32).toString('base64url')
}

function digest(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`
}

function isSameText(expected: string, given: string): boolean {
  const padded = Buffer.alloc(given.length)
  padded.write(expected)
  // Compares equal lengths always, so that an unknown device takes as long as a wrong token.
  return timingSafeEqual(padded, Buffer.from(given)) && expected.length === given.length
}
