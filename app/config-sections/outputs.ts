import Type from 'typebox'
import { section, setting } from './setting.ts'

export const OUTPUTS = section(
  {
    file: setting(Type.String({ default: '' }), {
      text: 'YAML file of the ways out and the routes to them (`docs/examples/outputs.yaml`). Empty: none but dispatch.',
      env: 'HUYING_OUTPUTS',
    }),
    publicUrl: setting(Type.String({ default: '', pattern: '^(https?://[^\\s/]+(/[^\\s]*[^\\s/])?)?$' }), {
      text: 'Address at which people reach the pages, without a slash at the end; for links in what is sent.',
      env: 'HUYING_PUBLIC_URL',
    }),
  },
  'Ways out besides dispatch: webhooks, MQTT, CAP, e-mail.',
)
