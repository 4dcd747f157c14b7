import Type from 'typebox'
import { section, setting } from './setting.ts'

export const HOUSES = section(
  {
    evidence: setting(Type.String({ default: '' }), {
      text: 'Table of what speaks for unfiled works and how strongly, in place of the one that comes with huying. Empty: that one.',
      env: 'HUYING_HOUSES_EVIDENCE',
    }),
  },
  'Historic houses.',
)
