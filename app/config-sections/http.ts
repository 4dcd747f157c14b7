import Type from 'typebox'
import { section, setting } from './setting.ts'

export const HTTP = section(
  {
    host: setting(Type.String({ default: '0.0.0.0' }), { text: 'Address to listen on.', env: 'HUYING_HTTP_HOST' }),
    port: setting(Type.Integer({ minimum: 0, maximum: 65535, default: 8080 }), {
      text: 'Pages, API, WebSocket and MQTT over WebSocket (`/mqtt`). 0 takes a free one.',
      env: 'HUYING_HTTP_PORT',
    }),
    adminToken: setting(Type.String({ default: '' }), {
      text: 'Bearer token with all rights. Empty: one is made on first start and its file is named in the log.',
      env: 'HUYING_ADMIN_TOKEN',
    }),
    tokens: setting(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 64 }),
            token: Type.String({ minLength: 16, maxLength: 512 }),
            rights: Type.Union([Type.Literal('view'), Type.Literal('operate'), Type.Literal('admin')]),
            originals: Type.Optional(Type.Boolean()),
          },
          { additionalProperties: false },
        ),
        { default: [], maxItems: 1000 },
      ),
      {
        text: 'Further tokens, `{name, token, rights: view|operate|admin, originals}`. `originals: true`: may see pictures as the camera took them, which is recorded.',
      },
    ),
    trustLoopback: setting(Type.Boolean({ default: false }), {
      text: 'Let a browser on this machine in without a token. `huying demo` turns it on; never behind a proxy.',
      env: 'HUYING_TRUST_LOOPBACK',
    }),
    maxFrameBytes: setting(Type.Integer({ minimum: 1024, default: 33_554_432 }), {
      text: 'Largest picture taken in.',
      unit: 'bytes',
    }),
  },
  'The HTTP side.',
)
