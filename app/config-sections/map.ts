import Type from 'typebox'
import { section, setting } from './setting.ts'

export const MAP = section(
  {
    geojson: setting(Type.String({ default: '' }), {
      text: 'GeoJSON (WGS-84) of your sub-district. Empty: the simulated one.',
      env: 'HUYING_MAP',
    }),
    tiles: setting(Type.Array(Type.String({ pattern: '^https?://[^\\s]+$' }), { default: [], maxItems: 4 }), {
      text: 'WMTS requests with `{z}`, `{y}` and `{x}` for matrix, row and column, one per layer, lowest first. Only the server asks there.',
    }),
    tileProjection: setting(
      Type.Union([Type.Literal('EPSG:4490'), Type.Literal('EPSG:3857')], { default: 'EPSG:4490' }),
      {
        text: 'Tile matrix set of the tiles: `EPSG:4490` (CGCS2000, degrees) or `EPSG:3857` (web maps).',
      },
    ),
    tileDatum: setting(Type.Union([Type.Literal('wgs84'), Type.Literal('gcj02')], { default: 'wgs84' }), {
      text: '`gcj02` where the tiles are shifted, as published maps are: what is drawn on them is shifted too, on the screen only.',
    }),
    attribution: setting(Type.String({ default: '', maxLength: 200 }), {
      text: 'Who made the map and its approval number (审图号), shown on it.',
    }),
  },
  'What the pages draw.',
)
