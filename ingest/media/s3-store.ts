import { S3mini } from 's3mini'
import type { ObjectStore, StoreFault } from './object-store.ts'

export interface S3Options {
  /** With scheme, without the bucket. */
  endpoint: string
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  /** `host`: the bucket is part of the host name, as Alibaba's OSS demands; `path`: of the path. */
  addressing: 'path' | 'host'
  /** Longest that one request may take, ms. */
  timeoutMs?: number
  /** Objects in one page of a listing. */
  pageSize?: number
}

const DEFAULT_TIMEOUT_MS = 60_000
const DEFAULT_PAGE_SIZE = 1_000
const DENIED = new Set([401, 403])

/** A bucket of any store that speaks S3 (signature version 4). */
export function createS3Store(options: S3Options): ObjectStore {
  const { accessKeyId, secretAccessKey, region, timeoutMs = DEFAULT_TIMEOUT_MS, pageSize = DEFAULT_PAGE_SIZE } = options
  const s3 = new S3mini({
    ...{ accessKeyId, secretAccessKey, region, endpoint: bucketUrl(options), requestAbortTimeout: timeoutMs },
  })

  /** The store answers 404 for a missing bucket too. */
  async function missing(key: string): Promise<StoreFault> {
    if (await s3.bucketExists()) return { fault: 'missing', detail: `no object ${key}` }
    return { fault: 'away', detail: `no bucket ${options.bucket}` }
  }

  return {
    async fetch(key, maxBytes) {
      try {
        const response = await s3.getObjectResponse(key)
        return response === null ? await missing(key) : await readBody(response, maxBytes)
      } catch (err) {
        return toFault(err)
      }
    },
    async list(prefix, next) {
      try {
        // Without a delimiter in the question: everything below the prefix.
        const page = await s3.listObjectsPaged('/', prefix, pageSize, next)
        if (!page) return { fault: 'away', detail: `no bucket ${options.bucket}` }
        const objects = (page.objects ?? []).map(({ Key, Size, LastModified }) => ({
          key: Key,
          bytes: Number(Size),
          modifiedMs: new Date(LastModified).getTime(),
        }))
        return { objects, ...(page.nextContinuationToken !== undefined && { next: page.nextContinuationToken }) }
      } catch (err) {
        return toFault(err)
      }
    },
  }
}

function bucketUrl({ endpoint, bucket, addressing }: S3Options): string {
  const url = new URL(endpoint)
  if (addressing === 'host') url.host = `${bucket}.${url.host}`
  else url.pathname = `${url.pathname.replace(/\/+$/, '')}/${bucket}`
  return url.toString()
}

async function readBody(response: Response, maxBytes: number): Promise<{ bytes: Buffer } | StoreFault> {
  const tooLarge: StoreFault = { fault: 'too_large', detail: `more than ${maxBytes} bytes` }
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel()
    return tooLarge
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) return tooLarge
  }
  return { bytes: Buffer.concat(chunks, size) }
}

function toFault(err: unknown): StoreFault {
  const { status, message = 'unknown error', cause } = err as { status?: number; message?: string; cause?: unknown }
  const detail = cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message
  return { fault: status !== undefined && DENIED.has(status) ? 'denied' : 'away', detail: detail.slice(0, 200) }
}
