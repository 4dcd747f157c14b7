import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance } from 'fastify'
import { assetPath } from '../../core/source-path.ts'
import type { ApiServer } from './api-server.ts'
import { authenticate } from './authenticate.ts'
import { addDocumentation } from './documentation.ts'
import { endConnections } from './end-connections.ts'
import { answerErrors } from './error-answers.ts'
import { createLiveFeed } from './live/live-feed.ts'
import { LIVE_PATH, liveRoute, takeUpgrades } from './live/live-route.ts'
import type { ApiPorts } from './ports.ts'
import { alertLoadRoutes } from './routes/alert-load-routes.ts'
import { alertRoutes } from './routes/alert-routes.ts'
import { backtestRoutes } from './routes/backtest-routes.ts'
import { buildingRoutes } from './routes/building-routes.ts'
import { bundleRoutes } from './routes/bundle-routes.ts'
import { capRoutes } from './routes/cap-routes.ts'
import { deviceRoutes } from './routes/device-routes.ts'
import { evidenceRoutes } from './routes/evidence-routes.ts'
import { filedRecordRoutes } from './routes/filed-record-routes.ts'
import { findingRoutes } from './routes/finding-routes.ts'
import { flightNewsRoutes } from './routes/flight-news-routes.ts'
import { flightRoutes } from './routes/flight-routes.ts'
import { frameRoutes } from './routes/frame-routes.ts'
import { healthRoutes } from './routes/health-routes.ts'
import { hourRoutes } from './routes/hour-routes.ts'
import { housePictureRoutes } from './routes/house-picture-routes.ts'
import { houseRankingRoutes } from './routes/house-ranking-routes.ts'
import { ledgerEntryRoutes } from './routes/ledger-entry-routes.ts'
import { ledgerRoutes } from './routes/ledger-routes.ts'
import { mapRoutes } from './routes/map-routes.ts'
import { metricRoutes } from './routes/metric-routes.ts'
import { modelRoutes } from './routes/model-routes.ts'
import { noiseRoutes } from './routes/noise-routes.ts'
import { operationRoutes } from './routes/operation-routes.ts'
import { outputRoutes } from './routes/output-routes.ts'
import { pageRoutes } from './routes/page-routes.ts'
import { payloadRoutes } from './routes/payload-routes.ts'
import { pictureRoutes } from './routes/picture-routes.ts'
import { pilotRoutes } from './routes/pilot-routes.ts'
import { readingRoutes } from './routes/reading-routes.ts'
import { recordRoutes } from './routes/record-routes.ts'
import { refusalRoutes } from './routes/refusal-routes.ts'
import { reportRoutes } from './routes/report-routes.ts'
import { reviewRoutes } from './routes/review-routes.ts'
import { takeYaml } from './routes/rule-body.ts'
import { fromTemplateRoute, ruleChangeRoutes } from './routes/rule-change-routes.ts'
import { ruleExchangeRoutes } from './routes/rule-exchange-routes.ts'
import { ruleRoutes } from './routes/rule-routes.ts'
import { sessionRoutes } from './routes/session-routes.ts'
import { asyncApiRoute, subscriberRoutes } from './routes/subscriber-routes.ts'
import { suspicionRoutes } from './routes/suspicion-routes.ts'
import { trendRoutes } from './routes/trend-routes.ts'
import { waveformRoutes } from './routes/waveform-routes.ts'
import { whyRoutes } from './routes/why-routes.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { routeUpgrades } from './upgrades.ts'

const MAX_JSON_BYTES = 256 * 1024
/** A sender that stops in the middle of a request is cut off; 32 MiB at 1 Mbit/s take 270 s. */
const REQUEST_TIMEOUT_MS = 300_000

/** Builds the HTTP API, the live feed and the page. Listening, and closing, is the caller's; closing ends the feed. */
export async function createApi(ports: ApiPorts): Promise<FastifyInstance> {
  const app: ApiServer = Fastify({
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 128, ignoreTrailingSlash: true },
  })
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  await takeUpgrades(app, routeUpgrades(app.server, ports.upgrades ?? {}, [LIVE_PATH]))
  endConnections(app)
  answerErrors(app, ports.log)
  addSecurityHeaders(app)
  authenticate(app, ports)
  await addDocumentation(app, ports.version)
  addLiveFeed(app, ports)
  addRoutes(app, ports)
  await app.register((scope: ApiServer) => frameRoutes(scope, ports))
  await app.register((scope: ApiServer) => housePictureRoutes(scope, ports))
  await app.register((scope: ApiServer) => waveformRoutes(scope, ports))
  await app.register(async (scope: ApiServer) => addRuleRoutes(scope, ports))
  const { media } = ports
  if (media) await app.register((scope: ApiServer) => pilotRoutes(scope, { ...ports, media }))
  await pageRoutes(app, ports.webRoot ?? assetPath('dist/web'))
  await app.ready()
  return app as unknown as FastifyInstance
}

function addRoutes(app: ApiServer, ports: ApiPorts): void {
  sessionRoutes(app, ports)
  deviceRoutes(app, ports)
  payloadRoutes(app, ports)
  readingRoutes(app, ports)
  trendRoutes(app, ports)
  alertRoutes(app, ports)
  noiseRoutes(app, ports)
  outputRoutes(app, ports)
  subscriberRoutes(app, ports)
  asyncApiRoute(app, ports)
  capRoutes(app, ports)
  alertLoadRoutes(app, ports)
  backtestRoutes(app, ports)
  whyRoutes(app, ports)
  evidenceRoutes(app, ports)
  pictureRoutes(app, ports)
  flightRoutes(app, ports)
  findingRoutes(app, ports)
  reviewRoutes(app, ports)
  recordRoutes(app, ports)
  filedRecordRoutes(app, ports)
  buildingRoutes(app, ports)
  suspicionRoutes(app, ports)
  if (ports.houseWatch) houseRankingRoutes(app, ports.houseWatch)
  if (ports.hours) hourRoutes(app, ports.hours)
  ledgerEntryRoutes(app, ports)
  flightNewsRoutes(app, ports)
  refusalRoutes(app, ports)
  mapRoutes(app, ports)
  healthRoutes(app, ports)
  if (ports.proofs) ledgerRoutes(app, ports.proofs)
  if (ports.bundles) bundleRoutes(app, ports.bundles)
  if (ports.reports) reportRoutes(app, ports.reports)
  if (ports.models) modelRoutes(app, ports.models)
  operationRoutes(app, ports)
  metricRoutes(app, ports)
}

function addRuleRoutes(scope: ApiServer, { rules }: ApiPorts): void {
  if (rules === undefined) return
  takeYaml(scope)
  ruleRoutes(scope, rules)
  ruleChangeRoutes(scope, rules)
  ruleExchangeRoutes(scope, rules)
  fromTemplateRoute(scope, rules)
}

function addLiveFeed(app: ApiServer, ports: ApiPorts): void {
  const feed = createLiveFeed(ports)
  liveRoute(app, ports, feed.join)
  app.addHook('onListen', async () => feed.start())
  app.addHook('preClose', async () => feed.stop())
}
