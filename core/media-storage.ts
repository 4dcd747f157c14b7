/** Where docks and remote controllers upload to, as they are told. They sign in there by themselves. */
export interface MediaStorage {
  bucket: string
  region: string
  /** With scheme, without the bucket. */
  endpoint: string
  provider: 'ali' | 'aws' | 'minio'
  /** Before the device id in the keys of objects; may be empty. */
  prefix: string
  credentials: {
    accessKeyId: string
    accessKeySecret: string
    /** Of temporary credentials (STS), which somebody else makes. */
    securityToken: string
    expireS: number
  }
}

/** The words of DJI's `storage_config_get` and of Pilot's `sts`; `device` keeps the uploads of one sender together. */
export function toDjiStorage(storage: MediaStorage, device: string) {
  const { bucket, region, endpoint, provider, prefix, credentials } = storage
  return {
    ...{ bucket, region, endpoint, provider },
    object_key_prefix: prefix === '' ? device : `${prefix}/${device}`,
    credentials: {
      access_key_id: credentials.accessKeyId,
      access_key_secret: credentials.accessKeySecret,
      security_token: credentials.securityToken,
      expire: credentials.expireS,
    },
  }
}
