import Type from 'typebox'
import { DEFAULT_SETTINGS, FIXED_CAMERAS } from '../../detectors/patrol/settings.ts'
import { section, setting } from './setting.ts'

export const PATROL = section(
  {
    classes: setting(Type.String({ default: '' }), {
      text: 'YAML file over `detectors/patrol/shipped/classes.yaml`: how findings of each class are made.',
      env: 'HUYING_PATROL_CLASSES',
    }),
    masks: setting(Type.String({ default: '' }), {
      text: 'GeoJSON of polygons in which some classes are not looked for, with `labels` and `reason`.',
      env: 'HUYING_PATROL_MASKS',
    }),
    fixedCameras: setting(Type.String({ default: FIXED_CAMERAS.join(', ') }), {
      text: 'Types of devices whose pictures are of no flight; pictures of all others are.',
    }),
    minSharpness: setting(Type.Number({ minimum: 0, default: DEFAULT_SETTINGS.demands.minSharpness }), {
      text: 'A picture less sharp than this does not cover what it shows.',
    }),
    maxGsdCm: setting(Type.Number({ exclusiveMinimum: 0, default: DEFAULT_SETTINGS.demands.maxGsdCm }), {
      text: 'Nor does one coarser than this.',
      unit: 'cm/px',
    }),
    maxClipped: setting(Type.Number({ minimum: 0, maximum: 1, default: DEFAULT_SETTINGS.demands.maxClipped }), {
      text: 'Nor one of which a larger share is black or white.',
    }),
    silenceS: setting(Type.Number({ minimum: 10, default: DEFAULT_SETTINGS.silenceS }), {
      text: 'A drone of which nothing is heard for so long has landed.',
      unit: 's',
    }),
    gpsBiasM: setting(Type.Number({ minimum: 0, default: DEFAULT_SETTINGS.gpsBiasM }), {
      text: 'No position is known better than this.',
      unit: 'm',
    }),
    nearM: setting(Type.Number({ exclusiveMinimum: 0, default: DEFAULT_SETTINGS.nearM }), {
      text: 'A drone that comes this near to the centre line has flown it.',
      unit: 'm',
    }),
  },
  'What patrols make of pictures.',
)
