import { Type } from 'typebox'

export const CrsQuery = Type.Optional(
  Type.Enum(['wgs84', 'gcj02'], {
    description: 'wgs84 when absent. gcj02 moves the points to where maps published in China draw them; not RFC 7946',
  }),
)
const Point = Type.Tuple([Type.Number(), Type.Number()])
export const FeatureCollectionSchema = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(
    Type.Object({
      type: Type.Literal('Feature'),
      id: Type.Optional(Type.String()),
      geometry: Type.Union([
        Type.Object({ type: Type.Literal('Point'), coordinates: Point }),
        Type.Object({ type: Type.Literal('LineString'), coordinates: Type.Array(Point) }),
      ]),
      properties: Type.Intersect([
        Type.Object({ crs: Type.String({ description: 'WGS-84 or GCJ-02' }) }),
        Type.Record(Type.String(), Type.Unknown()),
      ]),
    }),
  ),
})
