/** The part of pino that rooms may use: facts first, then one fixed lower-case message. */
export interface Log {
  error(facts: object, message: string): void
  warn(facts: object, message: string): void
  info(facts: object, message: string): void
  debug(facts: object, message: string): void
}
const nothing = () => {}
export const silentLog: Log = { error: nothing, warn: nothing, info: nothing, debug: nothing }
