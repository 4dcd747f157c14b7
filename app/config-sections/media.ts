import Type from 'typebox'
import { section, setting } from './setting.ts'

export const MEDIA = section(
  {
    folder: setting(Type.String({ default: '' }), {
      text: 'Pictures put into `<folder>/<device>/[flight/]` are taken in. Empty: no folder is watched.',
      env: 'HUYING_FRAMES_DIR',
    }),
    folderDone: setting(Type.Union([Type.Literal('move'), Type.Literal('delete')], { default: 'move' }), {
      text: 'What becomes of a picture that was taken in: `move` puts it into `<folder>/done/`.',
    }),
    endpoint: setting(Type.String({ default: '' }), {
      text: 'S3-compatible store that docks upload to, for example `https://minio.example:9000`. Empty: none.',
      env: 'HUYING_S3_ENDPOINT',
    }),
    bucket: setting(Type.String({ default: '' }), { text: 'Its bucket.', env: 'HUYING_S3_BUCKET' }),
    addressing: setting(Type.Union([Type.Literal('path'), Type.Literal('host')], { default: 'path' }), {
      text: '`host`: the bucket is part of the host name (Alibaba OSS); `path`: of the path (MinIO).',
    }),
    region: setting(Type.String({ default: 'us-east-1' }), { text: 'Its region.', env: 'HUYING_S3_REGION' }),
    prefix: setting(Type.String({ default: '' }), {
      text: 'Before the device id in the keys of objects.',
      env: 'HUYING_S3_PREFIX',
    }),
    accessKeyId: setting(Type.String({ default: '' }), {
      text: 'Key by which pictures are fetched and listed (read only is enough).',
      env: 'HUYING_S3_ACCESS_KEY_ID',
    }),
    secretAccessKey: setting(Type.String({ default: '' }), {
      text: 'Its secret.',
      env: 'HUYING_S3_SECRET_ACCESS_KEY',
    }),
    listEveryS: setting(Type.Number({ minimum: 0, default: 0 }), {
      text: 'How often the bucket is searched for pictures that nobody announced. 0: never.',
      unit: 's',
      env: 'HUYING_S3_LIST_EVERY_S',
    }),
    tries: setting(Type.Integer({ minimum: 1, maximum: 100, default: 8 }), {
      text: 'How often a picture that was announced and is not there is looked for, at growing intervals.',
    }),
    dockProvider: setting(
      Type.Union([Type.Literal('minio'), Type.Literal('aws'), Type.Literal('ali')], { default: 'minio' }),
      { text: 'What docks and DJI Pilot are told of the store: `minio`, `aws` or `ali`.' },
    ),
    dockEndpoint: setting(Type.String({ default: '' }), {
      text: 'The store as docks reach it. Empty: as above.',
      env: 'HUYING_S3_DOCK_ENDPOINT',
    }),
    dockAccessKeyId: setting(Type.String({ default: '' }), {
      text: 'Key that docks are given, with the right to write only. Empty: they are told that there is no store.',
      env: 'HUYING_S3_DOCK_ACCESS_KEY_ID',
    }),
    dockSecretAccessKey: setting(Type.String({ default: '' }), {
      text: 'Its secret.',
      env: 'HUYING_S3_DOCK_SECRET_ACCESS_KEY',
    }),
    dockSecurityToken: setting(Type.String({ default: '' }), {
      text: 'Of temporary credentials, which somebody else makes and puts here.',
      env: 'HUYING_S3_DOCK_SECURITY_TOKEN',
    }),
    dockExpireS: setting(Type.Integer({ minimum: 60, default: 3600 }), {
      text: 'For how long docks are told to use them.',
      unit: 's',
    }),
  },
  'Pictures that come by a folder or a bucket.',
)
