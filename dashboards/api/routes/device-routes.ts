import { type TSchema, Type } from 'typebox'
import { DEVICE_ID, type Device } from '../../../core/device.ts'
import type { DeviceChange, DeviceSpec } from '../../../core/device-registry.ts'
import { AppError } from '../../../core/errors.ts'
import type { DeviceDetailView, DeviceView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import type { ApiPorts } from '../ports.ts'
import {
  AttributeName,
  AttributesSchema,
  AttributeValue,
  closed,
  DeviceId,
  errorAnswers,
  MetricName,
  PositionSchema,
  pageOf,
} from '../schemas.ts'
import { toIso } from '../to-iso.ts'

type DevicePorts = Pick<ApiPorts, 'registry' | 'presence' | 'silenceOf' | 'houseOf' | 'latestReadings'>

const tags = ['devices']
const ShortText = Type.String({ minLength: 1, maxLength: 200 })
const Interval = Type.Number({ minimum: 1, maximum: 31 * 86_400 })
const Gateway = Type.String({ pattern: DEVICE_ID.source, description: 'Id of the gateway that it speaks through' })
const NewDevice = Type.Object(
  {
    id: DeviceId,
    type: MetricName,
    name: Type.Optional(ShortText),
    place: Type.Optional(ShortText),
    position: Type.Optional(PositionSchema),
    reportEveryS: Type.Optional(Interval),
    gateway: Type.Optional(Gateway),
    attributes: Type.Optional(AttributesSchema),
  },
  closed,
)
const orNull = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const ChangedDevice = Type.Object(
  {
    type: Type.Optional(MetricName),
    name: orNull(ShortText),
    place: orNull(ShortText),
    position: orNull(PositionSchema),
    reportEveryS: orNull(Interval),
    gateway: orNull(Gateway),
    attributes: orNull(Type.Record(AttributeName, Type.Union([AttributeValue, Type.Null()]), closed)),
  },
  { ...closed, minProperties: 1, description: 'A JSON merge patch: null takes a field or an attribute away' },
)
const DeviceSchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  name: Type.Optional(Type.String()),
  place: Type.Optional(Type.String()),
  position: Type.Optional(PositionSchema),
  reportEveryS: Type.Optional(Type.Number()),
  gateway: Type.Optional(Type.String()),
  attributes: Type.Optional(Type.Record(Type.String(), AttributeValue)),
  building: Type.Optional(Type.String({ description: 'Id of the house that it stands in' })),
  registeredAt: Type.String(),
  online: Type.Optional(Type.Boolean()),
  presence: Type.Optional(
    Type.Enum(['online', 'silent', 'unknown'], { description: 'unknown: its gateway is silent' }),
  ),
  lastSeenAt: Type.Optional(Type.String()),
})
const Latest = Type.Object({ metric: Type.String(), at: Type.String(), value: Type.Number() })
export const DeviceDetail = Type.Object({ ...DeviceSchema.properties, latest: Type.Array(Latest) })
const Token = Type.Object({ id: Type.String(), token: Type.String({ description: 'Shown this once' }) })
const ById = Type.Object({ id: DeviceId }, closed)

/** The registry of who may speak. */
export function deviceRoutes(app: ApiServer, ports: DevicePorts): void {
  const { registry } = ports
  app.get(
    '/api/v1/devices',
    {
      schema: {
        tags,
        summary: 'All devices',
        querystring: Type.Object({ type: Type.Optional(MetricName) }, closed),
        response: { 200: pageOf(DeviceSchema), ...errorAnswers },
      },
    },
    async ({ query }) => {
      const devices = registry.all().filter((device) => query.type === undefined || device.type === query.type)
      return { items: devices.map((device) => toDeviceView(device, ports)) }
    },
  )
  app.get(
    '/api/v1/devices/:id',
    {
      schema: {
        tags,
        summary: 'One device and its newest readings',
        params: ById,
        response: { 200: DeviceDetail, ...errorAnswers },
      },
    },
    async ({ params }) => toDeviceDetail(known(registry.get(params.id), params.id), ports),
  )
  app.post(
    '/api/v1/devices',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'Register a device; the answer holds its token, which is its MQTT password',
        body: NewDevice,
        response: { 201: Token, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { device, token } = await registry.register(request.body as DeviceSpec, callerName(request))
      return reply.code(201).header('location', `/api/v1/devices/${device.id}`).send({ id: device.id, token })
    },
  )
  app.patch(
    '/api/v1/devices/:id',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'Change what is known of a device; rules look at it anew from then on',
        params: ById,
        body: ChangedDevice,
        response: { 200: DeviceDetail, ...errorAnswers },
      },
    },
    async (request) => {
      const device = await registry.change(request.params.id, request.body as DeviceChange, callerName(request))
      return toDeviceDetail(device, ports)
    },
  )
  app.post(
    '/api/v1/devices/:id/token',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'Give a device a new token; the old one stops working',
        params: ById,
        response: { 201: Token, ...errorAnswers },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { token } = await registry.replaceToken(id, callerName(request))
      return reply.code(201).send({ id, token })
    },
  )
}

function known(device: Device | undefined, id: string): Device {
  if (device === undefined) throw new AppError('not_found', 'no such device', { device: id })
  return device
}

function toDeviceView({ tokenHash: _, registeredAtMs, ...device }: Device, ports: DevicePorts): DeviceView {
  const seen = ports.presence?.(device.id)
  const connection = seen && (seen.online ? 'online' : 'silent')
  const presence = ports.silenceOf?.(device.id) ?? connection
  const building = ports.houseOf?.(device.id)
  return {
    ...device,
    ...(building !== undefined && { building }),
    registeredAt: toIso(registeredAtMs),
    ...(presence !== undefined && { presence }),
    ...(seen !== undefined && { online: seen.online, lastSeenAt: toIso(seen.lastSeenMs) }),
  }
}

export function toDeviceDetail(device: Device, ports: DevicePorts): DeviceDetailView {
  const latest = ports.latestReadings?.(device.id) ?? []
  return {
    ...toDeviceView(device, ports),
    latest: latest.map(({ metric, atMs, value }) => ({ metric, at: toIso(atMs), value })),
  }
}
