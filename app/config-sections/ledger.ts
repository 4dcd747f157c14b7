import Type from 'typebox'
import { section, setting } from './setting.ts'

export const LEDGER = section(
  {
    checkpointEveryS: setting(Type.Number({ minimum: 1, default: 60 }), {
      text: 'How often the ledger is signed, when it has grown.',
      unit: 's',
      env: 'HUYING_CHECKPOINT_EVERY_S',
    }),
    keyFile: setting(Type.String({ default: '' }), {
      text: 'Private key that signs the ledger. Empty: `ledger/key` in the data folder, made on first start.',
      env: 'HUYING_LEDGER_KEY',
    }),
    witnesses: setting(Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { default: [], maxItems: 100 }), {
      text: 'Verifier keys of departments that counter-sign, as `huying ledger new-key` prints them.',
    }),
  },
  'The record of everything that was decided, and who vouches for it.',
)
