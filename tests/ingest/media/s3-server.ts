import crypto from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { S3mini } from 's3mini'
import S3rver from 's3rver'
import type { S3Options } from '../../../ingest/media/s3-store.ts'

/**
 * s3rver makes its continuation tokens with DES, which OpenSSL 3 no longer has. Triple DES with one key three times is the
 * same cipher. It checks who signs a request, but not the signature itself.
 */
for (const name of ['createCipheriv', 'createDecipheriv'] as const) {
  const make = crypto[name] as (algorithm: string, key: Buffer, iv: Buffer) => unknown
  const patched = (algorithm: string, key: Buffer, iv: Buffer) =>
    algorithm === 'des' ? make('des-ede3-cbc', Buffer.concat([key, key, key]), iv) : make(algorithm, key, iv)
  Object.assign(crypto, { [name]: patched })
}

const KEY = 'S3RVER'
const BUCKET = 'river'

/** A real S3 server on a free port, with an empty bucket, and what a dock would put into it. */
export interface S3Server {
  options: S3Options
  put(key: string, bytes: Buffer | string): Promise<void>
  /** Stops it; `start` again on the same port with what it held. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'huying-s3-'))
  let server: S3rver | null = null
  let port = 0

  async function start(): Promise<void> {
    const configureBuckets = [{ name: BUCKET, configs: [] }]
    server = new S3rver({ address: '127.0.0.1', port, silent: true, directory, vhostBuckets: false, configureBuckets })
    putWhole(server.store)
    port = (await server.run()).port
  }
  async function stop(): Promise<void> {
    await server?.close()
    server = null
  }

  await start()
  const endpoint = `http://127.0.0.1:${port}`
  const dock = new S3mini({
    accessKeyId: KEY,
    secretAccessKey: KEY,
    endpoint: `${endpoint}/${BUCKET}`,
    region: 'us-east-1',
  })
  return {
    options: {
      ...{ endpoint, bucket: BUCKET, region: 'us-east-1', accessKeyId: KEY, secretAccessKey: KEY },
      ...{ addressing: 'path', timeoutMs: 5_000 },
    },
    async put(key, bytes) {
      await dock.putObject(key, bytes, 'image/jpeg')
    },
    start,
    stop,
    async close() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** s3rver shows an object while it is being written; an object store shows all of it or nothing. */
function putWhole(store: S3rver['store']): void {
  store.putObject = async ({ bucket, key, metadata, content }) => {
    const bytes = Buffer.isBuffer(content) ? content : await buffer(content)
    const md5 = crypto.createHash('md5').update(bytes).digest('hex')
    const path = store.getResourcePath(bucket, key, 'object')
    await mkdir(dirname(path), { recursive: true })
    await store.putMetadata(bucket, key, metadata, md5)
    await writeFile(`${path}.part`, bytes)
    await rename(`${path}.part`, path)
    return { size: bytes.length, md5 }
  }
}
