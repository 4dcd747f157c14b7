import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mth } from '../core/merkle/naive-tree.ts'
import { bendExport, bendJournal, edited } from '../storage/ledger/bend.ts'
import { runHuying } from './command.ts'
import { ADMIN_TOKEN, eventually, makeDataDir, removeDataDir, type Service, startService } from './service.ts'

/** The ledger of a real process, judged with nothing of ours: HTTP, SHA-256 and Ed25519 of Node. */
const VIEWER = 'token-of-the-viewer'
const OPERATOR = 'token-of-the-operator'

let folder: string
let data: string
let service: Service
let waterKey: string

interface CheckpointView {
  size: number
  rootHash: string
  signedBy: string[]
  note: string
}

beforeAll(async () => {
  folder = await makeDataDir()
  data = join(folder, 'data')
  waterKey = join(folder, 'water.key')
  const { stdout } = await runHuying(['ledger', 'new-key', 'water-department', '--out', waterKey])
  const tokens = `[{ name: li, rights: view, token: ${VIEWER} }, { name: wang, rights: operate, token: ${OPERATOR} }]`
  const ledger = `{ checkpointEveryS: 1, witnesses: ['${stdout.trim()}'] }`
  await writeFile(join(folder, 'huying.yaml'), `http: { tokens: ${tokens} }\nledger: ${ledger}\n`)
  service = await startService({ dataDir: folder })
}, 120_000)
afterAll(async () => {
  await service?.kill().catch(() => {})
  await removeDataDir(folder)
})

async function get(path: string, token = ADMIN_TOKEN): Promise<Response> {
  return fetch(`${service.httpUrl}/api/v1/ledger${path}`, { headers: { authorization: `Bearer ${token}` } })
}
async function ask<T>(path: string): Promise<T> {
  const response = await get(path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Each is an entry of the ledger. */
async function decide(count: number, prefix: string): Promise<void> {
  for (let i = 0; i < count; i++) await service.call('POST', '/api/v1/devices', { id: `${prefix}-${i}`, type: 'tilt' })
}

async function records(): Promise<Buffer[]> {
  const bytes = Buffer.from(await (await get('/records?limit=1000')).arrayBuffer())
  return bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line))
}

/** The newest checkpoint once it covers so many records. */
async function covering(size: number): Promise<CheckpointView> {
  const seen = await eventually(
    () => ask<{ items: CheckpointView[] }>('/checkpoints?limit=1000'),
    ({ items }) => (items.at(-1)?.size ?? 0) >= size,
  )
  return seen.items.at(-1)!
}

/** RFC 9162, 2.1.3.2 as a fold over the bits of the position, written down a second time. */
function rootByPath(leaf: Buffer, index: number, size: number, path: Buffer[]): Buffer {
  const node = (left: Buffer, right: Buffer) =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.from([1]), left, right]))
      .digest()
  const rest = [...path]
  let hash = leaf
  for (let at = index, last = size - 1; last > 0; at >>= 1, last >>= 1) {
    if (at % 2 === 1) hash = node(rest.shift()!, hash)
    else if (at < last) hash = node(hash, rest.shift()!)
  }
  expect(rest).toEqual([])
  return hash
}

/** Whether an Ed25519 signature under a note is right, by the public key in the text of a verifier key. */
function isSigned(note: string, verifier: string): boolean {
  // Base64 may hold a plus of its own.
  const [, name, encoded] = /^([^+]*)\+[0-9a-f]{8}\+(.*)$/.exec(verifier)!
  const key = Buffer.from(encoded!, 'base64').subarray(1)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
  const [text, signatures] = note.split(/\n\n(?=— )/)
  const line = signatures!.split('\n').find((one) => one.startsWith(`— ${name} `))!
  const signature = Buffer.from(line.split(' ')[2]!, 'base64').subarray(4)
  return verify(null, Buffer.from(`${text}\n`), createPublicKey({ key: jwk, format: 'jwk' }), signature)
}

describe('the ledger of a running service', { timeout: 120_000 }, () => {
  it('is whole after a kill, proven by another process while it is written', async () => {
    await decide(10, 'before')
    const before = await covering(10)
    await service.kill()
    service = await startService({ dataDir: folder })
    await decide(10, 'after')
    const after = await covering(before.size + 10)

    const { code, stdout, stderr } = await runHuying(['ledger', 'verify', data, '--json'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject([{ ok: true, fault: null, unchained: 0, isKeyGiven: false }])
    expect(JSON.parse(stdout)[0].provenTo).toBeGreaterThanOrEqual(after.size)
  })

  it('makes the tree that its checkpoints say, and proves records and growth to code that is not its own', async () => {
    const all = await records()
    const { items } = await ask<{ items: CheckpointView[] }>('/checkpoints?limit=1000')
    const { items: keys } = await ask<{ items: { verifier: string }[] }>('/keys')
    for (const { size, rootHash, note } of items) {
      expect(mth(all.slice(0, size)).toString('hex')).toBe(rootHash)
      expect(note).toContain(`\n${size}\n${Buffer.from(rootHash, 'hex').toString('base64')}\n`)
      expect(isSigned(note, keys[0]!.verifier)).toBe(true)
    }
    const { size, rootHash } = items.at(-1)!
    for (const seq of [1, 2, size - 1, size]) {
      const proof = await ask<{ leafHash: string; path: string[] }>(`/inclusion?seq=${seq}&size=${size}`)
      const leaf = createHash('sha256')
        .update(Buffer.from([0]))
        .update(all[seq - 1]!)
        .digest()
      const path = proof.path.map((hex) => Buffer.from(hex, 'hex'))
      expect(proof.leafHash).toBe(leaf.toString('hex'))
      expect(rootByPath(leaf, seq - 1, size, path).toString('hex')).toBe(rootHash)
      const record = Buffer.from(await (await get(`/records/${seq}`)).arrayBuffer())
      expect(record).toEqual(all[seq - 1])
    }
    const { path } = await ask<{ path: string[] }>(`/consistency?from=${items[0]!.size}&to=${size}`)
    expect(path.length).toBeGreaterThan(0)
  })

  it('chains each record to the one before, and says who had rights when it started, by digests', async () => {
    const all = (await records()).map((bytes) => ({ bytes, ...JSON.parse(bytes.toString()) }))
    all.forEach(({ record }, i) => {
      const before =
        i === 0
          ? null
          : createHash('sha256')
              .update(Buffer.from([0]))
              .update(all[i - 1]!.bytes)
              .digest('hex')
      expect(record).toEqual({ seq: i + 1, prev: before ?? '0'.repeat(64) })
    })
    const access = all.filter(({ type }) => type === 'access.changed')
    expect(access).toHaveLength(1)
    expect(access[0]!.access.map(({ name }: { name: string }) => name)).toEqual(['admin', 'li', 'wang'])
    const text = all.map(({ bytes }) => bytes.toString()).join('\n')
    for (const secret of [ADMIN_TOKEN, VIEWER, OPERATOR]) expect(text).not.toContain(secret)
  })

  it('is counter-signed by a department, which keeps over a restart', async () => {
    const { size, note } = await covering(1)
    const file = join(folder, 'checkpoint')
    await writeFile(file, note)
    const key = (await runHuying(['ledger', 'key', data])).stdout.trim()
    const keys = ['--key', waterKey, '--ledger-key', key]
    const signed = await runHuying(['ledger', 'sign', file, ...keys])
    expect(signed.code).toBe(0)
    const path = `/api/v1/ledger/checkpoints/${size}/signatures`
    await service.call('POST', path, { signature: signed.stdout.trim() })
    await service.stop()
    service = await startService({ dataDir: folder })

    const reach = ['--url', service.httpUrl, '--token', OPERATOR, '--state', join(folder, 'water.state')]
    const witnessed = await runHuying(['ledger', 'witness', ...keys, ...reach])
    expect(witnessed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^signed: \d+ records\n$/) })
    const { items } = await ask<{ items: CheckpointView[] }>(`/checkpoints?after=${size - 1}&limit=1`)
    expect(items[0]).toMatchObject({ size, signedBy: [expect.stringMatching(/^huying\//), 'water-department'] })
    expect((await runHuying(['ledger', 'verify', data, '--key', key])).code).toBe(0)

    const refused = await runHuying([
      'ledger',
      'sign',
      file,
      '--key',
      waterKey,
      '--ledger-key',
      key.replace(/.=?$/, 'A='),
    ])
    expect(refused.code).toBe(1)
  })

  it('shows checkpoints and proofs to who may view, records to administrators, signatures from operators', async () => {
    const statuses = async (token: string) => [
      (await get('/checkpoint', token)).status,
      (await get('/inclusion?seq=1', token)).status,
      (await get('/records', token)).status,
      (await get('/records/1', token)).status,
    ]
    expect(await statuses(VIEWER)).toEqual([200, 200, 403, 403])
    expect(await statuses(OPERATOR)).toEqual([200, 200, 403, 403])
    expect(await statuses(ADMIN_TOKEN)).toEqual([200, 200, 200, 200])
    expect((await get('/checkpoint')).headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const sign = (token: string) =>
      fetch(`${service.httpUrl}/api/v1/ledger/checkpoints/1000000/signatures`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ signature: 'rubbish' }),
      })
    expect([(await sign(VIEWER)).status, (await sign(OPERATOR)).status]).toEqual([403, 404])
  })

  it.each([
    ['/inclusion?seq=0', 400],
    ['/inclusion?seq=1&size=1000000', 404],
    ['/inclusion?seq=1000000', 404],
    ['/consistency?from=5&to=2', 404],
    ['/consistency?from=x', 400],
    ['/records/1000000', 404],
    ['/records?limit=0', 400],
  ])('answers %s with %i', async (path, status) => {
    expect((await get(path)).status).toBe(status)
  })

  it('is exported, and an export that was bent is told apart, with its first bad record', async () => {
    const file = join(folder, 'export')
    expect((await runHuying(['ledger', 'export', data, '--out', file])).code).toBe(0)
    expect(await runHuying(['ledger', 'verify', file])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('fine'),
    })
    const whole = await readFile(file)
    expect((await runHuying(['ledger', 'export', data])).stdout).toBe(whole.toString())

    await bendExport(file, (all) => all.with(6, edited(all[6]!)))
    const bent = await runHuying(['ledger', 'verify', file])
    expect(bent).toMatchObject({ code: 1, stdout: expect.stringContaining('BENT: edited: record 7:') })
    await writeFile(file, whole.subarray(0, whole.length - 40))
    expect(await runHuying(['ledger', 'verify', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cut short'),
    })
  })

  it('was bent while it was stopped: it says so everywhere, goes on, and signs nothing more', async () => {
    await service.stop()
    await bendJournal(data, (all) => all.with(4, edited(all[4]!)))
    service = await startService({ dataDir: folder })
    const ready = await eventually(
      async () =>
        (await (await fetch(`${service.httpUrl}/readyz`)).json()) as { reasons: { code: string; message: string }[] },
      ({ reasons }) => reasons.some(({ code }) => code === 'ledger_bent'),
    )
    expect(ready.reasons.find(({ code }) => code === 'ledger_bent')?.message).toContain('edited: record 5:')
    const { items } = await eventually(
      () => service.call<{ items: { rule: string; severity: string }[] }>('GET', '/api/v1/alerts?open=true'),
      (page) => page.items.some(({ rule }) => rule === 'huying.ledger_bent'),
    )
    expect(items.find(({ rule }) => rule === 'huying.ledger_bent')?.severity).toBe('critical')
    expect(service.log.filter((line) => line.includes('ledger bent'))).toHaveLength(1)

    const before = await ask<{ items: CheckpointView[] }>('/checkpoints?limit=1000')
    await decide(3, 'bent')
    expect((await get('/records/1000000')).status).toBe(404)
    await service.stop()
    const verdict = await runHuying(['ledger', 'verify', data])
    expect(verdict).toMatchObject({ code: 1, stdout: expect.stringContaining('BENT: edited: record 5:') })
    service = await startService({ dataDir: folder })
    expect(await ask('/checkpoints?limit=1000')).toEqual(before)
  })
})
