import type { MediaStorage } from '../core/media-storage.ts'
import type { Config } from './config-schema.ts'

/** What docks are told of the store, or null when none is configured for them. */
export function toMediaStorage({ media }: Pick<Config, 'media'>): MediaStorage | null {
  const { endpoint, bucket, region, prefix, dockAccessKeyId } = media
  if (endpoint === '' || bucket === '' || dockAccessKeyId === '') return null
  return {
    ...{ bucket, region, prefix },
    endpoint: media.dockEndpoint || endpoint,
    provider: media.dockProvider,
    credentials: {
      accessKeyId: dockAccessKeyId,
      accessKeySecret: media.dockSecretAccessKey,
      securityToken: media.dockSecurityToken,
      expireS: media.dockExpireS,
    },
  }
}
