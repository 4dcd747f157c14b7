import Type from 'typebox'
import { section, setting } from './setting.ts'

export const REGISTERS = section(
  {
    folder: setting(Type.String({ default: '' }), {
      text: 'Records put into `<folder>/[source/]` as CSV or JSON lines are filed. Empty: no folder is watched.',
      env: 'HUYING_REGISTERS_DIR',
    }),
    folderDone: setting(Type.Union([Type.Literal('move'), Type.Literal('delete')], { default: 'move' }), {
      text: 'What becomes of a file whose rows were all filed: `move` puts it into `<folder>/done/`.',
    }),
  },
  'Records of registers that come by a folder.',
)
