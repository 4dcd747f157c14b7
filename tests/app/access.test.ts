import { describe, expect, it } from 'vitest'
import { createAuthorise } from '../../app/access.ts'
import { createByteCache } from '../../app/byte-cache.ts'
import { loadConfig } from '../../app/load-config.ts'

const remote = { loopback: false, host: 'alert.city.lan', origin: undefined }

describe('tokens', () => {
  const authorise = createAuthorise('admin-token', false, [
    { name: 'witness', token: 'witness-token-01', rights: 'view', originals: true },
    { name: 'desk', token: 'desk-token-000001', rights: 'operate' },
  ])

  it('give what the configuration says, the admin token everything, others nothing', () => {
    expect(authorise('admin-token', remote)).toEqual({ name: 'admin', rights: 'admin' })
    expect(authorise('witness-token-01', remote)).toEqual({ name: 'witness', rights: 'view', originals: true })
    expect(authorise('desk-token-000001', remote)).toEqual({ name: 'desk', rights: 'operate' })
    expect(authorise('desk-token-00000', remote)).toBeNull()
    expect(authorise(null, remote)).toBeNull()
  })

  it('are none by default', () => {
    expect(loadConfig({}).http.tokens).toEqual([])
  })
})

describe('pictures that are kept', () => {
  it('are made once for all who ask meanwhile, and the longest unasked goes first', async () => {
    const cache = createByteCache(10)
    const made: string[] = []
    const get = (key: string, bytes = 4) =>
      cache.get(key, async () => {
        made.push(key)
        return Buffer.alloc(bytes)
      })
    await Promise.all([get('a'), get('a'), get('b')])
    await get('a')
    await get('c')
    await get('a')
    await get('b')
    expect(made).toEqual(['a', 'b', 'c', 'b'])
    expect(cache.bytes).toBeLessThanOrEqual(10)
    await get('huge', 11)
    expect(cache.bytes).toBe(8)
  })

  it('are asked for again when they could not be made', async () => {
    const cache = createByteCache(10)
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cache.get('a', async () => Buffer.from('x'))).toEqual(Buffer.from('x'))
  })
})
