import Type from 'typebox'
import { section, setting } from './setting.ts'

export const DISPATCH = section(
  {
    departments: setting(Type.String({ default: '' }), {
      text: 'YAML file of your own that says which department each category belongs to. Empty: `alerts/departments.yaml`.',
      env: 'HUYING_DEPARTMENTS',
    }),
  },
  'Who is told, and whose it is.',
)
