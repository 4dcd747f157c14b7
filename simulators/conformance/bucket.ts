import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from './read-body.ts'

/** As much of an S3-compatible store as a dock needs, in memory: put, get and head. It believes every signature. */
export interface Bucket {
  port: number
  name: string
  /** Hears of every file that comes; returns how to stop. */
  onPut(hear: (key: string, bytes: Buffer) => void): () => void
  close(): Promise<void>
}

const NAME = 'kit'
/** Pictures of one run; the oldest make room. */
const MOST_BYTES = 256 * 1024 * 1024

/** Listens on a free port. */
export async function openBucket(host: string): Promise<Bucket> {
  const objects = new Map<string, Buffer>()
  const hearers = new Set<(key: string, bytes: Buffer) => void>()
  let held = 0

  function keep(key: string, bytes: Buffer): void {
    held += bytes.length - (objects.get(key)?.length ?? 0)
    objects.delete(key)
    objects.set(key, bytes)
    for (const [oldest, { length }] of objects) {
      if (held <= MOST_BYTES) break
      held -= length
      objects.delete(oldest)
    }
    for (const hear of hearers) hear(key, bytes)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [bucket, ...rest] = decodeURIComponent(new URL(request.url ?? '/', 'http://kit').pathname)
      .slice(1)
      .split('/')
    const key = rest.join('/')
    const body = await readBody(request)
    if (body === null) return void response.writeHead(413).end()
    if (bucket !== NAME) return void response.writeHead(404).end()
    if (request.method === 'PUT' && key !== '') {
      keep(key, body)
      return void response.writeHead(200).end()
    }
    const object = key === '' ? Buffer.alloc(0) : objects.get(key)
    if (object === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-length': object.length }).end(request.method === 'HEAD' ? undefined : object)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    name: NAME,
    onPut(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
