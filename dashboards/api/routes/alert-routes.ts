import { type TSchema, Type } from 'typebox'
import { type Alert, deviceOf } from '../../../core/alert.ts'
import { ALERT_COMMANDS, type AlertCommand, type AlertCommandType } from '../../../core/alert-command.ts'
import { toAlertView } from '../../../core/alert-view.ts'
import { COMMAND_PARTS, type CommandFields, perCommand } from '../../../core/command-schema.ts'
import { AppError, toAppError } from '../../../core/errors.ts'
import type { AlertQuery, History } from '../../../core/history.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { QUIET_GATES } from '../../../core/quiet.ts'
import type { AlertDetailView, AlertStepView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import { REVIEW_STATES } from '../river-schemas.ts'
import {
  AlertSchema,
  Cursor,
  closed,
  DeviceId,
  errorAnswers,
  Instant,
  limitUpTo,
  MetricName,
  pageOf,
} from '../schemas.ts'
import { toIso } from '../to-iso.ts'

type AlertPorts = Pick<ApiPorts, 'alerts' | 'history'>

const DEFAULT_LIMIT = 100
const tags = ['alerts']
const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
const Query = Type.Object(
  {
    state: Type.Optional(Type.Enum(['active', 'cleared'])),
    rule: Type.Optional(MetricName),
    device: Type.Optional(DeviceId),
    quiet: Type.Optional(
      Type.Enum(['true', 'false', ...QUIET_GATES], {
        description: 'false: those that are pushed; true: those that are not; or by what they are kept quiet',
      }),
    ),
    open: Type.Optional(
      Type.Boolean({ description: 'true: the open alerts from memory, all at once, even while the database is away' }),
    ),
    test: Type.Optional(
      Type.Boolean({ description: 'true: those by which huying tries its own path, which are in no list otherwise' }),
    ),
    limit: Type.Optional(limitUpTo(1_000, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
  },
  closed,
)
const Step = Type.Object({
  type: Type.String(),
  at: Type.String(),
  version: Type.Integer(),
  occurrences: Type.Integer({ description: 'How often it had been told of by then' }),
  by: Type.Optional(Type.String()),
  comment: Type.Optional(Type.String()),
  push: Type.Optional(Type.Boolean()),
  review: Type.Optional(
    Type.Enum([...REVIEW_STATES], { description: "Where a reviewer's word put the finding that it is about" }),
  ),
})
const Detail = Type.Object({ alert: AlertSchema, events: Type.Array(Step), complete: Type.Boolean() })
const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The same key again changes nothing' }),
  ),
})

/** As over dispatch; times in bodies are texts everywhere. */
const BODY = perCommand(
  (type): TSchema =>
    Type.Object({ ...COMMAND_PARTS[type], ...(type === 'shelve' && { until: Type.Optional(Instant) }) }, closed),
)

/** Alerts, their history, and what a person may do to them. */
export function alertRoutes(app: ApiServer, ports: AlertPorts): void {
  listRoute(app, ports)
  app.get(
    '/api/v1/alerts/:id',
    { schema: { tags, summary: 'One alert and its events', params: ById, response: { 200: Detail, ...errorAnswers } } },
    async ({ params }) => alertDetail(params.id, ports),
  )
  for (const type of ALERT_COMMANDS) commandRoute(app, ports, type)
}

function listRoute(app: ApiServer, { alerts, history }: AlertPorts): void {
  app.get(
    '/api/v1/alerts',
    {
      schema: {
        tags,
        summary: 'Alerts from the history, newest first',
        querystring: Query,
        response: { 200: pageOf(AlertSchema), ...errorAnswers },
      },
    },
    async ({ query: { open, limit = DEFAULT_LIMIT, ...query } }) => {
      if (open === true)
        return { items: openAlerts(query.test ? alerts.openTests() : alerts.open(), query).map(toAlertView) }
      const page = await history.alerts({ ...query, limit })
      return { ...page, items: page.items.map(toAlertView) }
    },
  )
}

type OpenFilter = Omit<AlertQuery, 'limit' | 'cursor'>

function openAlerts(open: Alert[], { state, rule, device, quiet }: OpenFilter): Alert[] {
  return open
    .filter((alert) => state === undefined || alert.state === state)
    .filter((alert) => rule === undefined || alert.rule === rule)
    .filter((alert) => device === undefined || deviceOf(alert) === device)
    .filter((alert) => quiet === undefined || fitsQuiet(alert, quiet))
    .sort((a, b) => b.raisedAtMs - a.raisedAtMs)
}

function fitsQuiet({ quiet }: Alert, wanted: NonNullable<AlertQuery['quiet']>): boolean {
  if (wanted === 'true' || wanted === 'false') return (quiet !== undefined) === (wanted === 'true')
  return quiet?.gate === wanted
}

/** The last part of each command's path; `comments` is a resource that grows. */
const PATH = {
  acknowledge: 'acknowledge',
  comment: 'comments',
  shelve: 'shelve',
  unshelve: 'unshelve',
  false_alarm: 'false-alarm',
  assign: 'assign',
  hand_over: 'hand-over',
  reopen: 'reopen',
} as const satisfies Record<AlertCommandType, string>

const SUMMARY = {
  acknowledge: 'Acknowledge an alert',
  comment: 'Comment on an alert',
  shelve: 'Put an alert aside for a time, also when it comes again meanwhile; the comment is the reason',
  unshelve: 'End the shelf of an alert',
  false_alarm: 'Mark an alert as a false alarm: nothing more of it is pushed until it clears or becomes worse',
  assign: 'Give an alert to a department, a grid or a person, or take it from them',
  hand_over: 'Name the case of another system that goes on with an alert',
  reopen: 'Take back the acknowledgement, and the mark of a false alarm',
} as const satisfies Record<AlertCommandType, string>

function commandRoute(app: ApiServer, { alerts }: AlertPorts, type: AlertCommandType): void {
  app.post(
    `/api/v1/alerts/:id/${PATH[type]}`,
    {
      config: { needs: 'operate' },
      preValidation: async (request) => {
        request.body ??= {}
      },
      schema: {
        tags,
        summary: SUMMARY[type],
        params: ById,
        headers: IdempotencyKey,
        body: BODY[type],
        response: { 200: AlertSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const idempotencyKey = request.headers['idempotency-key']
      const { until, ...body } = request.body as Omit<CommandFields, 'until'> & { until?: string }
      const untilMs = parseOptionalInstant(until, 'until')
      const command: AlertCommand = {
        type,
        alertId: request.params.id,
        ...body,
        ...(untilMs !== undefined && { untilMs }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      }
      return toAlertView(await alerts.command(command, callerName(request)))
    },
  )
}

/** Open alerts are known without the database; then only their earlier events may be missing. */
async function alertDetail(id: string, { alerts, history }: AlertPorts): Promise<AlertDetailView> {
  const live = alerts.get(id)
  const events = await eventsOf(id, history, live !== undefined)
  const newest = events.at(-1)?.alert
  const alert = live ?? newest
  if (alert === undefined) throw new AppError('not_found', 'no such alert', { alert: id })
  return { alert: toAlertView(alert), events: events.map(toStep), complete: newest?.version === alert.version }
}

async function eventsOf(id: string, history: History, mayBeMissing: boolean): Promise<AlertEvent[]> {
  try {
    return await history.alertEvents(id)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (mayBeMissing && error.code === 'database_unavailable') return []
    throw error
  }
}

function toStep({ type, atMs, alert, by, comment, push }: AlertEvent): AlertStepView {
  const { finding } = alert
  return {
    type,
    at: toIso(atMs),
    version: alert.version,
    occurrences: alert.occurrences,
    ...(by !== undefined && { by }),
    ...(comment !== undefined && { comment }),
    ...(push === false && { push }),
    ...(finding?.reviewedBy !== undefined && finding.reviewedBy === by && { review: finding.review }),
  }
}
