import { type Static, Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { FlightDetail, FlightQuery, PatrolPlan } from '../../../core/patrol.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { CrsQuery, FeatureCollectionSchema } from '../geojson-schemas.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import {
  FlightDetailSchema,
  FlightSchema,
  PatrolDigestSchema,
  PlanBody,
  PlanSchema,
  RiverSchema,
} from '../river-schemas.ts'
import { Cursor, closed, DeviceId, errorAnswers, Instant, limitUpTo, pageOf } from '../schemas.ts'
import { coverageGeoJson } from '../to-geojson.ts'
import { toFlightDetailView, toFlightView, toPatrolDigestView, toRiverView } from '../to-river-view.ts'

type FlightPorts = Pick<ApiPorts, 'flights'>

const DEFAULT_LIMIT = 50
const tags = ['river patrol']
const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
const PlanId = Type.Object(
  { id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'Id of a plan' }) },
  closed,
)
const Query = Type.Object(
  {
    device: Type.Optional(DeviceId),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    limit: Type.Optional(limitUpTo(500, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
  },
  closed,
)

/** Flights with what they covered, and the routes that they are to fly. */
export function flightRoutes(app: ApiServer, ports: FlightPorts): void {
  readRoutes(app, ports)
  logRoutes(app, ports)
  planRoutes(app, ports)
}

function readRoutes(app: ApiServer, { flights }: FlightPorts): void {
  app.get(
    '/api/v1/flights',
    {
      schema: {
        ...{ tags, summary: 'Flights, newest first', querystring: Query },
        response: { 200: pageOf(FlightSchema), ...errorAnswers },
      },
    },
    async ({ query }) => {
      const page = flights.flights(toFlightQuery(query))
      return { ...page, items: page.items.map(toFlightView) }
    },
  )
  app.get(
    '/api/v1/flights/:id',
    {
      schema: {
        ...{ tags, params: ById, response: { 200: FlightDetailSchema, ...errorAnswers } },
        summary: 'One flight: plan, track, coverage with its gaps, frames, and pictures that are missing by name',
      },
    },
    async ({ params }) => toFlightDetailView(known(flights, params.id)),
  )
  app.get(
    '/api/v1/flights/:id/coverage.geojson',
    {
      schema: {
        ...{ tags, params: ById, querystring: Type.Object({ crs: CrsQuery }, closed) },
        summary: 'Its track and the gaps of its coverage as lines; each feature says its `crs`',
        response: { 200: FeatureCollectionSchema, ...errorAnswers },
      },
    },
    async ({ params, query: { crs = 'wgs84' } }) => coverageGeoJson(known(flights, params.id), crs),
  )
}

function logRoutes(app: ApiServer, { flights }: FlightPorts): void {
  app.get(
    '/api/v1/patrols',
    {
      schema: {
        ...{ tags, querystring: Query },
        summary: 'The log of patrols: flights with what they covered and what is left to review, newest first',
        response: { 200: pageOf(PatrolDigestSchema), ...errorAnswers },
      },
    },
    async ({ query }) => {
      const page = flights.patrols(toFlightQuery(query))
      return { ...page, items: page.items.map(toPatrolDigestView) }
    },
  )
  app.get(
    '/api/v1/rivers',
    {
      schema: {
        ...{ tags, summary: 'Rivers and their reaches, when each was last covered and what is there' },
        response: { 200: pageOf(RiverSchema), ...errorAnswers },
      },
    },
    async () => ({ items: flights.rivers().map(toRiverView) }),
  )
}

function toFlightQuery({ from, to, limit = DEFAULT_LIMIT, ...query }: Static<typeof Query>): FlightQuery {
  const fromMs = parseOptionalInstant(from, 'from')
  const toMs = parseOptionalInstant(to, 'to')
  return { ...query, ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }), limit }
}

function planRoutes(app: ApiServer, { flights }: FlightPorts): void {
  app.get(
    '/api/v1/patrol-plans',
    { schema: { tags, summary: 'Planned routes', response: { 200: pageOf(PlanSchema), ...errorAnswers } } },
    async () => ({ items: flights.plans().sort((a, b) => (a.id < b.id ? -1 : 1)) }),
  )
  app.get(
    '/api/v1/patrol-plans/:id',
    { schema: { tags, summary: 'One route', params: PlanId, response: { 200: PlanSchema, ...errorAnswers } } },
    async ({ params }) => {
      const plan = flights.plans().find(({ id }) => id === params.id)
      if (plan === undefined) throw new AppError('not_found', 'no such plan', { plan: params.id })
      return plan
    },
  )
  app.put(
    '/api/v1/patrol-plans/:id',
    {
      config: { needs: 'operate' },
      bodyLimit: MAX_PLAN_BYTES,
      schema: {
        ...{ tags, params: PlanId, body: PlanBody },
        summary: 'Make or replace a route: waypoints, each with the reach that it belongs to',
        response: { 200: PlanSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const plan: PatrolPlan = { id: request.params.id, ...request.body }
      return flights.setPlan(plan, callerName(request))
    },
  )
  app.delete(
    '/api/v1/patrol-plans/:id',
    {
      config: { needs: 'operate' },
      schema: { tags, summary: 'Withdraw a route', params: PlanId, response: { 204: Type.Null(), ...errorAnswers } },
    },
    async (request, reply) => {
      await flights.withdrawPlan(request.params.id, callerName(request))
      return reply.code(204).send(null)
    },
  )
}

/** 2,000 waypoints with all their digits. */
const MAX_PLAN_BYTES = 1024 * 1024

function known(flights: FlightPorts['flights'], id: string): FlightDetail {
  const detail = flights.flight(id)
  if (detail === null) throw new AppError('not_found', 'no such flight', { flight: id })
  return detail
}
