/** The device of huying's own whose readings try the path; it is in no list of devices. */
export const PATH_TEST_DEVICE = 'huying-path-test'
export const PATH_TEST_TYPE = 'huying-path-test'
export const PATH_TEST_METRIC = 'path_test'

/** Alerts that all ways out get, whatever their filters and routes say: one of the others may be dead. */
const TOLD_TO_ALL = new Set(['huying.path_silent', 'huying.path_broken'])

/** What ways out are called in alerts about them. */
export function subscriberWay(name: string): string {
  return `dispatch/${name}`
}
export function outputWay(name: string): string {
  return `outputs/${name}`
}

/** True for an alert that everybody gets but the way out that it is about. */
export function isToldToAll({ rule }: { rule: string }): boolean {
  return TOLD_TO_ALL.has(rule)
}
