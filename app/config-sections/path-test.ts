import Type from 'typebox'
import { section, setting } from './setting.ts'

export const PATH_TEST = section(
  {
    everyS: setting(Type.Number({ minimum: 0, default: 300 }), {
      text: 'How often a test alert goes the whole path from a reading to every way out. 0: never.',
      unit: 's',
      env: 'HUYING_PATH_TEST_EVERY_S',
    }),
    withinS: setting(Type.Number({ minimum: 1, default: 60 }), {
      text: 'A way out that has not answered a test after this time is an alert on all others.',
      unit: 's',
      env: 'HUYING_PATH_TEST_WITHIN_S',
    }),
    subscribers: setting(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { default: [], maxItems: 1000 }), {
      text: 'Dispatch subscribers that must acknowledge tests. Empty: all that have acknowledged one before, until they are removed.',
    }),
  },
  'The dead-man switch: whether alerts still arrive.',
)
