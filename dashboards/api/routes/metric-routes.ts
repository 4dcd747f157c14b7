import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Measurement } from '../../../core/measurement.ts'
import type { ApiServer } from '../api-server.ts'
import type { ApiPorts } from '../ports.ts'

const PREFIX = 'huying_'

/** `/metrics` for Prometheus: the process's own numbers, and ours as they are at the moment of the scrape. */
export function metricRoutes(app: ApiServer, { measurements }: Pick<ApiPorts, 'measurements'>): void {
  const processNumbers = new Registry()
  collectDefaultMetrics({ register: processNumbers, prefix: PREFIX })
  app.addHook('onClose', async () => processNumbers.clear())
  app.get(
    '/metrics',
    { schema: { tags: ['operations'], summary: 'Prometheus metrics', produces: ['text/plain'] } },
    async (_request, reply) => {
      const ours = toRegistry(measurements())
      reply.type(ours.contentType)
      return `${await ours.metrics()}${await processNumbers.metrics()}`
    },
  )
}

/** Counters and gauges live in the rooms that count; here they are only printed. */
function toRegistry(measurements: Measurement[]): Registry {
  const registry = new Registry()
  for (const group of byName(measurements)) {
    const { name, help, kind, labels = {} } = group[0]!
    const options = { name, help, labelNames: Object.keys(labels), registers: [registry] }
    if (kind === 'counter') {
      const counter = new Counter(options)
      for (const one of group) counter.inc(one.labels ?? {}, one.value)
    } else {
      const gauge = new Gauge(options)
      for (const one of group) gauge.set(one.labels ?? {}, one.value)
    }
  }
  return registry
}

function byName(measurements: Measurement[]): Measurement[][] {
  const groups = new Map<string, Measurement[]>()
  for (const one of measurements) groups.set(one.name, [...(groups.get(one.name) ?? []), one])
  return [...groups.values()]
}
