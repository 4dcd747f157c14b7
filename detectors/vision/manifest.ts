import { type Static, Type } from 'typebox'
import { FAMILIES, type FamilyName } from './families/families.ts'

const families = Object.keys(FAMILIES) as FamilyName[]

const Triple = (description: string) => Type.Tuple([Type.Number(), Type.Number(), Type.Number()], { description })

const Label = Type.String({ minLength: 1, maxLength: 64 })
const Score = Type.Number({ exclusiveMinimum: 0, maximum: 1 })

const Input = Type.Object(
  {
    width: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8192, description: 'pixels; only where the graph leaves it open' }),
    ),
    height: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8192, description: 'pixels; only where the graph leaves it open' }),
    ),
    colour: Type.Optional(Type.Union([Type.Literal('rgb'), Type.Literal('bgr')])),
    range: Type.Optional(Type.Union([Type.Literal('0..255'), Type.Literal('0..1')])),
    alignment: Type.Optional(Type.Union([Type.Literal('centre'), Type.Literal('top-left')])),
    mean: Type.Optional(Triple('per colour in the order that the network takes, in units of range: taken away')),
    std: Type.Optional(Triple('the same: then divides')),
    padding: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, description: 'grey level beside the picture, 114' }),
    ),
  },
  { additionalProperties: false },
)

const Model = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
    active: Type.Optional(Type.Boolean({ description: 'judges; exactly one model does' })),
    shadow: Type.Optional(Type.Boolean({ description: 'looks at the same frames, raises nothing; at most one does' })),
    file: Type.String({ minLength: 1, description: 'relative to the manifest' }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    family: Type.Optional(
      Type.Enum(families, { description: 'layout of the outputs; absent: recognised from the graph' }),
    ),
    input: Type.Optional(Input),
    decoded: Type.Optional(
      Type.Boolean({ description: 'yolox only: boxes leave the graph in pixels; absent: its values tell' }),
    ),
    classes: Type.Optional(
      Type.Array(Label, {
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description: "in the order of the model's numbers; absent: the names in the file's metadata",
      }),
    ),
    thresholds: Type.Optional(Type.Record(Type.String(), Score, { description: 'least score by class' })),
    threshold: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'least score of the classes without one of their own',
      }),
    ),
    nmsIou: Type.Number({ minimum: 0, maximum: 1 }),
    passes: Type.Optional(
      Type.Array(Type.Integer({ minimum: 32, maximum: 4096, multipleOf: 32 }), {
        minItems: 1,
        maxItems: 4,
        description:
          'only where the graph leaves its size open: sides of the squares that the whole picture is fitted into, pixels',
      }),
    ),
    tiles: Type.Optional(
      Type.Object(
        {
          most: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 64, description: 'tiles of a large picture, 12; 0: it is never cut' }),
          ),
          overlapPx: Type.Optional(Type.Integer({ minimum: 0, maximum: 512, description: 'between tiles, 64' })),
        },
        { additionalProperties: false },
      ),
    ),
    largestBoxPx: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'pixels of the input: longer boxes are left to coarser passes; the last pass keeps all. What a network never saw whole it sees badly',
      }),
    ),
    gsdCm: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description:
          'centimetres of ground per pixel at which the classes are best seen: finer pictures are shrunk to it',
      }),
    ),
    licence: Type.String({ minLength: 1 }),
    origin: Type.String({ minLength: 1 }),
    note: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

/** `detectors/models/manifest.yaml`: which models there are and which one judges. */
export const Manifest = Type.Object({ models: Type.Array(Model, { minItems: 1 }) }, { additionalProperties: false })

export type ToldInput = Static<typeof Input>
export type ModelEntry = Static<typeof Model>
export type Manifest = Static<typeof Manifest>
