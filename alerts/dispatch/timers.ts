export { systemTimers, type Timers } from '../../core/timers.ts'
