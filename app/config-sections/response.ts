import Type from 'typebox'
import { RESPONSE_TIMES } from '../../core/response-times.ts'
import { SEVERITIES, type Severity } from '../../core/severity.ts'
import { section, setting } from './setting.ts'

const within = (severity: Severity) =>
  setting(Type.Number({ minimum: 1, maximum: 31_536_000, default: RESPONSE_TIMES[severity] }), {
    text: `Within what time an alert of level ${SEVERITIES.indexOf(severity) + 1} (${severity}) has to be acknowledged.`,
    unit: 's',
  })

export const RESPONSE = section(
  { critical: within('critical'), major: within('major'), minor: within('minor'), warning: within('warning') },
  'Deadlines that the queue shows and can be sorted by.',
)
