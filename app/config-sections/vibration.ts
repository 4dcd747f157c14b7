import Type from 'typebox'
import { section, setting } from './setting.ts'

export const VIBRATION = section(
  {
    keepBytes: setting(Type.Integer({ minimum: 1_048_576, default: 2_147_483_648 }), {
      text: 'Raw waveforms kept; beyond it the oldest are removed. What was found in them stays.',
      unit: 'bytes',
      env: 'HUYING_WAVEFORM_BYTES',
    }),
  },
  'Raw vibration.',
)
