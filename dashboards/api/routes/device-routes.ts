import { Type } from 'typebox'
import type { Device } from '../../../core/device.ts'
import type { DeviceSpec } from '../../../core/device-registry.ts'
import { AppError } from '../../../core/errors.ts'
import type { DeviceDetailView, DeviceView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import type { ApiPorts } from '../ports.ts'
import { closed, DeviceId, errorAnswers, MetricName, PositionSchema, pageOf } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

type DevicePorts = Pick<ApiPorts, 'registry' | 'presence' | 'latestReadings'>

const tags = ['devices']
const NewDevice = Type.Object(
  {
    id: DeviceId,
    type: MetricName,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    place: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    position: Type.Optional(PositionSchema),
    reportEveryS: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 })),
  },
  closed,
)
const DeviceSchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  name: Type.Optional(Type.String()),
  place: Type.Optional(Type.String()),
  position: Type.Optional(PositionSchema),
  reportEveryS: Type.Optional(Type.Number()),
  registeredAt: Type.String(),
  online: Type.Optional(Type.Boolean()),
  lastSeenAt: Type.Optional(Type.String()),
})
const Latest = Type.Object({ metric: Type.String(), at: Type.String(), value: Type.Number() })
const DeviceDetail = Type.Object({ ...DeviceSchema.properties, latest: Type.Array(Latest) })
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
  return {
    ...device,
    registeredAt: toIso(registeredAtMs),
    ...(seen !== undefined && { online: seen.online, lastSeenAt: toIso(seen.lastSeenMs) }),
  }
}

function toDeviceDetail(device: Device, ports: DevicePorts): DeviceDetailView {
  const latest = ports.latestReadings?.(device.id) ?? []
  return {
    ...toDeviceView(device, ports),
    latest: latest.map(({ metric, atMs, value }) => ({ metric, at: toIso(atMs), value })),
  }
}
