import type { Severity } from './severity.ts'

/** Within what time somebody has to answer an alert, seconds by severity. */
export type ResponseTimes = Record<Severity, number>

/** Ⅰ at once, Ⅱ within the hour, Ⅲ within the day, Ⅳ within three. */
export const RESPONSE_TIMES: ResponseTimes = { critical: 300, major: 3_600, minor: 86_400, warning: 259_200 }
