import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Building } from '../../../core/building.ts'
import { PROTECTION_LEVELS } from '../../../core/building.ts'
import { BuildingFacts } from '../../../core/building-schema.ts'
import type { ImportFile } from '../../../core/house-desk.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { CrsQuery } from '../geojson-schemas.ts'
import {
  AddressMatchSchema,
  BuildingFeatures,
  BuildingFileSchema,
  BuildingSchema,
  ById,
  ImportSchema,
  VisitBody,
  VisitRequestBody,
  VisitRequestSchema,
  VisitSchema,
} from '../house-schemas.ts'
import { parseInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import { fileWithoutNames, seesNames, withoutNames } from '../private-facts.ts'
import { Cursor, closed, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'
import { buildingsGeoJson, toFileView, toRequestView, toVisitView } from '../to-house-view.ts'
import { toDeviceDetail } from './device-routes.ts'

type BuildingPorts = Pick<
  ApiPorts,
  'houses' | 'houseWatch' | 'registry' | 'presence' | 'silenceOf' | 'houseOf' | 'latestReadings' | 'clock'
>

const tags = ['houses']
const DEFAULT_LIMIT = 100
const MAX_IMPORT_BYTES = 16 * 1024 * 1024
const Query = Type.Object(
  {
    text: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        description: 'An address in any spelling, or a piece of what is known',
      }),
    ),
    protection: Type.Optional(Type.Enum([...PROTECTION_LEVELS])),
    limit: Type.Optional(limitUpTo(1_000, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
  },
  closed,
)
const AliasOf = Type.Object({ alias: Type.String({ minLength: 2, maxLength: 50 }) }, closed)
const Alias = Type.Object({ alias: Type.String(), road: Type.String({ minLength: 2, maxLength: 50 }) })

/** The register of houses and the file of each, 一屋一档. */
export function buildingRoutes(app: ApiServer, ports: BuildingPorts): void {
  readRoutes(app, ports)
  changeRoutes(app, ports)
  aliasRoutes(app, ports)
  importRoute(app, ports)
}

function readRoutes(app: ApiServer, ports: BuildingPorts): void {
  const { houses } = ports
  app.get(
    '/api/v1/buildings',
    {
      schema: {
        ...{
          tags,
          summary: 'Houses of the register, by address; houses that the text means come first',
          querystring: Query,
        },
        response: { 200: pageOf(BuildingSchema), ...errorAnswers },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, ...query } = request.query
      const names = seesNames(request)
      const page = houses.buildings({ ...query, limit, ...(!names && { byNames: false }) })
      return names ? page : { ...page, items: page.items.map(withoutNames) }
    },
  )
  app.get(
    '/api/v1/buildings.geojson',
    {
      schema: {
        ...{ tags, summary: 'The same as outlines or points', querystring: Type.Object({ crs: CrsQuery }, closed) },
        response: { 200: BuildingFeatures, ...errorAnswers },
      },
    },
    async (request) => {
      const { items } = houses.buildings({ limit: Number.MAX_SAFE_INTEGER })
      return buildingsGeoJson(seesNames(request) ? items : items.map(withoutNames), request.query.crs ?? 'wgs84')
    },
  )
  app.get(
    '/api/v1/buildings.csv',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, summary: 'The same as a table that can be changed and imported; UTF-8 with a byte order mark' },
        querystring: Type.Object({ lang: Type.Optional(Type.Enum(['zh', 'en'])) }, closed),
        produces: ['text/csv'],
        response: { 200: Type.Unknown(), ...errorAnswers },
      },
    },
    async ({ query: { lang = 'zh' } }, reply) => {
      reply.header('content-disposition', 'attachment; filename="buildings.csv"')
      return reply.type('text/csv; charset=utf-8').send(Readable.from(houses.exportBuildings(lang)))
    },
  )
  app.get(
    '/api/v1/buildings/:id',
    {
      schema: {
        ...{ tags, params: ById, response: { 200: BuildingFileSchema, ...errorAnswers } },
        summary: 'One house with its sensors, records, visits and alerts',
      },
    },
    async (request) => {
      const file = await houses.file(request.params.id)
      const sensors = file.sensors.map(({ device }) => toDeviceDetail(device, ports))
      const limits = ports.houseWatch?.limits(request.params.id) ?? []
      const view = toFileView(file, { sensors, limits })
      return seesNames(request) ? view : fileWithoutNames(view)
    },
  )
  app.get(
    '/api/v1/addresses/match',
    {
      schema: {
        ...{ tags, summary: 'What an address means by the register as it is now, with how surely and why' },
        querystring: Type.Object({ address: Type.String({ minLength: 1, maxLength: 300 }) }, closed),
        response: { 200: AddressMatchSchema, ...errorAnswers },
      },
    },
    async ({ query }) => houses.match(query.address),
  )
}

function changeRoutes(app: ApiServer, { houses, clock }: BuildingPorts): void {
  app.put(
    '/api/v1/buildings/:id',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, params: ById, body: BuildingFacts, summary: 'Make a house, or replace what is known of it' },
        response: { 200: BuildingSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const building = { ...request.body, id: request.params.id } as Building
      return houses.setBuilding(building, callerName(request))
    },
  )
  app.delete(
    '/api/v1/buildings/:id',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, params: ById, response: { 204: Type.Null(), ...errorAnswers } },
        summary: 'Take a house off the register; its records wait for a person again',
      },
    },
    async (request, reply) => {
      await houses.removeBuilding(request.params.id, callerName(request))
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/buildings/:id/visits',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, params: ById, body: VisitBody, summary: 'What somebody found who went there' },
        response: { 201: VisitSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { at, ...facts } = request.body
      const atMs = at === undefined ? clock.nowMs() : parseInstant(at, 'at')
      const visit = await houses.addVisit({ ...facts, building: request.params.id, atMs }, callerName(request))
      return reply.code(201).send(toVisitView(visit))
    },
  )
  app.post(
    '/api/v1/buildings/:id/visit-requests',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, params: ById, body: VisitRequestBody },
        summary: 'Ask somebody to go there; it stands until a later visit is recorded, or somebody is asked anew',
        response: { 201: VisitRequestSchema, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { due, ...rest } = request.body
      const asked = { ...rest, building: request.params.id, dueMs: parseInstant(due, 'due') }
      return reply.code(201).send(toRequestView(await houses.askVisit(asked, callerName(request))))
    },
  )
}

function aliasRoutes(app: ApiServer, { houses }: BuildingPorts): void {
  app.get(
    '/api/v1/road-aliases',
    { schema: { tags, summary: 'Other names of roads', response: { 200: pageOf(Alias), ...errorAnswers } } },
    async () => ({ items: houses.aliases() }),
  )
  app.put(
    '/api/v1/road-aliases/:alias',
    {
      config: { needs: 'admin' },
      schema: {
        ...{ tags, params: AliasOf, body: Type.Object({ road: Alias.properties.road }, closed) },
        summary: 'An earlier name of a road, or one that people use; house numbers are the same',
        response: { 200: Alias, ...errorAnswers },
      },
    },
    async (request) => {
      const { params, body } = request
      await houses.setAlias(params.alias, body.road, callerName(request))
      return { alias: params.alias, road: body.road }
    },
  )
  app.delete(
    '/api/v1/road-aliases/:alias',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        params: AliasOf,
        summary: 'Forget another name',
        response: { 204: Type.Null(), ...errorAnswers },
      },
    },
    async (request, reply) => {
      await houses.setAlias(request.params.alias, null, callerName(request))
      return reply.code(204).send(null)
    },
  )
}

const FORMATS: Record<string, ImportFile['format']> = {
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/geo+json': 'geojson',
  'application/json': 'geojson',
}

function importRoute(app: ApiServer, { houses }: BuildingPorts): void {
  app.register(async (scope: ApiServer) => {
    for (const type of Object.keys(FORMATS)) {
      scope.removeContentTypeParser(type)
      scope.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    }
    scope.post(
      '/api/v1/buildings/import',
      {
        config: { needs: 'admin' },
        bodyLimit: MAX_IMPORT_BYTES,
        schema: {
          tags,
          summary:
            'Take over a list: text/csv (UTF-8, UTF-16 or GB 18030; commas, semicolons or tabs) or application/geo+json',
          consumes: Object.keys(FORMATS),
          querystring: Type.Object(
            { dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would change, or what is wrong' })) },
            closed,
          ),
          response: { 200: ImportSchema, ...errorAnswers },
        },
      },
      async (request) => {
        const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
        const file = { format: FORMATS[type] ?? 'csv', bytes: request.body as Buffer }
        return houses.importBuildings(file, callerName(request), request.query.dryRun === true)
      },
    )
  })
}
