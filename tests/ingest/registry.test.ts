import { describe, expect, it } from 'vitest'
import type { DeviceSpec } from '../../core/device-registry.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../../core/ledger-record.ts'
import { createRegistry, isEnrolledOpenly } from '../../ingest/registry.ts'
import { deviceLedger } from '../fakes/device-ledger.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

const clock = { nowMs: () => 1000 }
const SPEC: DeviceSpec = {
  id: 'house-7',
  type: 'tilt',
  place: '东园路45号',
  position: { lat: 31.2, lon: 121.4 },
  reportEveryS: 60,
}

async function entriesOf(ledger: ReturnType<typeof createMemoryJournal>): Promise<LedgerEntry[]> {
  return (await ledger.read(0, 100)).map(({ bytes }) => decodeLedgerRecord(bytes).entry)
}

describe('the registry', () => {
  it('gives a token once, stores its digest only, and knows it again', async () => {
    const ledger = createMemoryJournal()
    const registry = createRegistry({ ledger: deviceLedger(ledger), clock })
    const { device, token } = await registry.register(SPEC, 'admin')

    expect(device).toEqual({ ...SPEC, registeredAtMs: 1000, tokenHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) })
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(JSON.stringify(await entriesOf(ledger))).not.toContain(token)
    expect(registry.verify('house-7', token)).toBe(true)
    for (const [id, given] of [
      ['house-7', ''],
      ['house-7', `${token}x`],
      ['house-8', token],
      ['house-7', device.tokenHash],
    ] as const)
      expect(registry.verify(id, given)).toBe(false)
  })

  it('answers only after the ledger’s commit', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const registry = createRegistry({ ledger: deviceLedger(ledger), clock })
    let isDone = false
    const registering = registry.register(SPEC, 'admin').then(() => {
      isDone = true
    })
    for (let i = 0; i < 10; i++) await Promise.resolve()
    expect([isDone, registry.get('house-7')]).toEqual([false, undefined])

    ledger.commit()
    await registering
    expect(registry.get('house-7')).toBeDefined()
  })

  it('lets one of two registrations of the same id win', async () => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    const [first, second] = await Promise.allSettled([registry.register(SPEC, 'a'), registry.register(SPEC, 'b')])

    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } })
  })

  it('does not lose a new token to a change that began before it was durable', async () => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    await registry.enrol('house-9', 'unknown')
    const [{ token }] = await Promise.all([
      registry.replaceToken('house-9', 'admin'),
      registry.enrol('house-9', 'tilt'),
    ])

    expect(registry.verify('house-9', token)).toBe(true)
    expect(registry.get('house-9')).toMatchObject({ type: 'tilt' })
  })

  it('is the same again from the ledger, or from a snapshot and the ledger’s rest', async () => {
    const ledger = createMemoryJournal()
    const registry = createRegistry({ ledger: deviceLedger(ledger), clock })
    await registry.register(SPEC, 'admin')
    const snapshot: unknown = JSON.parse(JSON.stringify(registry.snapshot()))
    const { token } = await registry.replaceToken('house-7', 'admin')
    const [, ...rest] = await entriesOf(ledger)

    const replayed = createRegistry({ ledger: deviceLedger(ledger), clock })
    for (const entry of await entriesOf(ledger)) replayed.applyEntry(entry)
    const restored = createRegistry({ ledger: deviceLedger(ledger), clock, snapshot })
    for (const entry of rest) restored.applyEntry(entry)

    for (const other of [replayed, restored]) {
      expect(other.all()).toEqual(registry.all())
      expect(other.verify('house-7', token)).toBe(true)
    }
  })

  it('tells of each change once, even when the ledger says it again', async () => {
    const ledger = createMemoryJournal()
    const registry = createRegistry({ ledger: deviceLedger(ledger), clock })
    const told: string[] = []
    const stop = registry.onChange((device) => told.push(device.id))
    await registry.register(SPEC, 'admin')
    for (const entry of await entriesOf(ledger)) registry.applyEntry(entry)
    stop()
    await registry.register({ ...SPEC, id: 'house-8' }, 'admin')

    expect(told).toEqual(['house-7'])
  })

  it.each([
    ['id', { id: 'a/b' }],
    ['id', { id: '' }],
    ['type', { type: 'a b' }],
    ['name', { name: '' }],
    ['place', { place: 'x'.repeat(201) }],
    ['position', { position: { lat: 91, lon: 0 } }],
    ['position', { position: { lat: 0, lon: Number.NaN } }],
    ['reportEveryS', { reportEveryS: 0 }],
    ['reportEveryS', { reportEveryS: 31 * 86_400 + 1 }],
    ['gateway', { gateway: 'a/b' }],
    ['gateway', { gateway: 'house-7' }],
    ['attributes', { attributes: { 'two words': 1 } }],
    ['attributes', { attributes: { ['__proto__']: 1 } }],
    ['attributes.storeys', { attributes: { storeys: null as unknown as number } }],
    ['attributes.note', { attributes: { note: 'x'.repeat(201) } }],
  ])('refuses a bad %s and names it', async (field, change) => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    await expect(registry.register({ ...SPEC, ...change }, 'admin')).rejects.toMatchObject({
      ...{ code: 'bad_request', details: { field } },
    })
  })

  it('changes a device in the ledger, keeps its token, and tells of it', async () => {
    const ledger = createMemoryJournal()
    const registry = createRegistry({ ledger: deviceLedger(ledger), clock })
    const { token } = await registry.register({ ...SPEC, attributes: { storeys: 3, line: '3' } }, 'admin')
    const told: unknown[] = []
    registry.onChange(({ place, attributes }) => told.push({ place, attributes }))

    const change = { place: null, gateway: 'gw-1', attributes: { line: null, listed: true } }
    const changed = await registry.change('house-7', change, 'wang')
    await registry.change('house-7', { gateway: 'gw-1', attributes: { storeys: 3 } }, 'wang')

    const { place: _, ...rest } = SPEC
    expect(changed).toMatchObject({ ...rest, gateway: 'gw-1', attributes: { storeys: 3, listed: true } })
    expect(changed).not.toHaveProperty('place')
    expect(registry.verify('house-7', token)).toBe(true)
    expect(told).toEqual([{ place: undefined, attributes: { storeys: 3, listed: true } }])
    const entries = await entriesOf(ledger)
    expect(entries.slice(1)).toEqual([{ type: 'device.changed', atMs: 1000, by: 'wang', device: changed }])

    const replayed = createRegistry({ ledger: deviceLedger(ledger), clock })
    for (const entry of entries) replayed.applyEntry(entry)
    expect(replayed.all()).toEqual([changed])
  })

  it('forgets the attributes altogether when they are taken away', async () => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    await registry.register({ ...SPEC, attributes: { storeys: 3 } }, 'admin')
    expect(await registry.change('house-7', { attributes: { storeys: null } }, 'admin')).not.toHaveProperty(
      'attributes',
    )
    await registry.change('house-7', { attributes: { storeys: 4 } }, 'admin')
    expect(await registry.change('house-7', { attributes: null }, 'admin')).not.toHaveProperty('attributes')
  })

  it('changes known devices only', async () => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    await expect(registry.change('nobody', { name: 'x' }, 'admin')).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['type', { type: null }],
    ['gateway', { gateway: 'house-7' }],
    ['attributes.storeys', { attributes: { storeys: Number.POSITIVE_INFINITY } }],
    ['attributes', { attributes: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${i}`, i])) }],
  ])('refuses a change that makes %s bad, and keeps the device', async (field, change) => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    const { device } = await registry.register(SPEC, 'admin')
    await expect(registry.change('house-7', change, 'admin')).rejects.toMatchObject({ details: { field } })
    expect(registry.get('house-7')).toBe(device)
  })

  it('replaces the token of known devices only', async () => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock })
    await expect(registry.replaceToken('nobody', 'admin')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('enrols up to its bound; no password is ever right for who enrolled', async () => {
    const registry = createRegistry({ ledger: deviceLedger(createMemoryJournal()), clock, maxDevices: 1 })
    const device = await registry.enrol('house-9', 'tilt')

    expect(isEnrolledOpenly(device)).toBe(true)
    expect([registry.verify('house-9', ''), registry.verify('house-9', 'open')]).toEqual([false, false])
    await expect(registry.enrol('house-10', 'tilt')).rejects.toMatchObject({ code: 'conflict' })
  })
})
