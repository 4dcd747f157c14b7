import Type from 'typebox'
import { section, setting } from './setting.ts'

export const NOISE = section(
  {
    flapChanges: setting(Type.Integer({ minimum: 0, default: 6 }), {
      text: 'An alert that comes and goes more often than this is held open. 0: never held.',
      env: 'HUYING_FLAP_CHANGES',
    }),
    flapWithinS: setting(Type.Number({ minimum: 1, default: 60 }), {
      text: 'Within which time the changes are counted.',
      unit: 's',
    }),
    flapStableS: setting(Type.Number({ minimum: 1, default: 60 }), {
      text: 'How long the condition must be stable before a held alert is let go.',
      unit: 's',
    }),
    repeatCriticalS: setting(Type.Number({ minimum: 0, default: 900 }), {
      text: "A critical alert that is nobody's for this long is told again. 0: never; so below.",
      unit: 's',
    }),
    repeatMajorS: setting(Type.Number({ minimum: 0, default: 3600 }), {
      text: 'The same for a major one.',
      unit: 's',
    }),
    repeatMinorS: setting(Type.Number({ minimum: 0, default: 0 }), {
      text: 'The same for a minor one.',
      unit: 's',
    }),
    repeatWarningS: setting(Type.Number({ minimum: 0, default: 0 }), {
      text: 'The same for a warning.',
      unit: 's',
    }),
    repeatAcknowledged: setting(Type.Boolean({ default: false }), {
      text: 'Tell those again too that somebody has acknowledged.',
    }),
    recurrences: setting(Type.Integer({ minimum: 0, default: 10 }), {
      text: 'Alerts of one rule at one place that are told within the time below. 0: no limit.',
    }),
    recurrenceWithinS: setting(Type.Number({ minimum: 1, default: 600 }), {
      text: 'Time of that limit.',
      unit: 's',
    }),
    groupBy: setting(Type.String({ default: '' }), {
      text: 'Alerts with equal labels are told as one, for example `place,category`. Empty: each for itself.',
    }),
    groupWaitS: setting(Type.Number({ minimum: 0, default: 30 }), {
      text: 'How long the first of a group waits for others.',
      unit: 's',
    }),
    groupIntervalS: setting(Type.Number({ minimum: 1, default: 300 }), {
      text: 'A group that has changed is told at most this often.',
      unit: 's',
    }),
    groupRepeatS: setting(Type.Number({ minimum: 1, default: 14400 }), {
      text: 'A group that lasts is told again this often.',
      unit: 's',
    }),
    shippedInhibitions: setting(Type.Boolean({ default: true }), {
      text: 'A dead gateway and a fire quieten their symptoms.',
    }),
    inhibitions: setting(Type.String({ default: '' }), {
      text: 'YAML file of inhibitions of your own, read at the start.',
      env: 'HUYING_INHIBITIONS',
    }),
    shelfMaxHours: setting(Type.Number({ minimum: 0.01, default: 8 }), {
      text: 'Longest time that an alert may be shelved.',
      unit: 'h',
    }),
    outOfServiceMaxDays: setting(Type.Number({ minimum: 0.01, default: 30 }), {
      text: 'Longest time that a device may be out of service.',
      unit: 'd',
    }),
    silenceMaxDays: setting(Type.Number({ minimum: 0.01, default: 30 }), { text: 'Longest silence.', unit: 'd' }),
  },
  'What is kept from people. Alerts that lives depend on pass all of it but a shelf and a device out of service.',
)
