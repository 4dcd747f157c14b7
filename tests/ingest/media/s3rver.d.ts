declare module 's3rver' {
  export interface StoredObject {
    bucket: string
    key: string
    metadata: Record<string, string>
    content: Buffer | AsyncIterable<Buffer>
  }
  /** A small S3 server; its one account is S3RVER with the secret S3RVER. */
  export default class S3rver {
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      vhostBuckets?: boolean
      configureBuckets?: { name: string; configs: string[] }[]
    })
    readonly store: {
      getResourcePath(bucket: string, key: string, resource: 'object'): string
      putMetadata(bucket: string, key: string, metadata: Record<string, string>, md5: string): Promise<void>
      putObject(object: StoredObject): Promise<{ size: number; md5: string }>
    }
    run(): Promise<{ address: string; port: number }>
    close(): Promise<void>
  }
}
