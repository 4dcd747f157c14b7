import { stringify } from 'yaml'
import {
  AckSchema,
  ErrorSchema,
  EventSchema,
  FilterSchema,
  LONG_COMMANDS,
  OWN_ERROR_CODES,
  ProgressSchema,
  ResultSchema,
  SHORT_COMMANDS,
  SubscribedSchema,
  SubscribeSchema,
} from '../alerts/dispatch/message-schemas.ts'
import { MAX_MESSAGE_BYTES } from '../alerts/dispatch/protocol.ts'
import { CLOSE } from '../alerts/dispatch/session.ts'
import { DISPATCH_PATH } from '../alerts/dispatch/websocket.ts'
import { ALERT_COMMANDS, type AlertCommandType } from '../core/alert-command.ts'
import { AlertEventSchema, AlertSchema } from '../core/alert-schema.ts'
import { SUBPROTOCOL } from '../core/dispatch-client/subprotocol.ts'
import { ERROR_CODES } from '../core/errors.ts'
import { DEVICE_CHANNELS, DEVICE_MESSAGES, DEVICE_OPERATIONS } from './asyncapi-devices.ts'
import { VERSION } from './version.ts'

/** Shapes that others refer to by name. */
const NAMED = { Alert: AlertSchema, AlertEvent: AlertEventSchema, EventFilter: FilterSchema }

const ABOUT_CLOSE: Record<keyof typeof CLOSE, string> = {
  goingAway: 'The service stops; come back.',
  policy: 'Too many bad messages, or answers are not read.',
  tooLarge: `A message of more than ${MAX_MESSAGE_BYTES} bytes.`,
  internal: 'The ledger cannot be read; come back.',
}

const ABOUT_COMMAND: Record<AlertCommandType, string> = {
  acknowledge: 'Somebody has seen it.',
  comment: 'Somebody says something of it.',
  shelve: 'Put aside for a time, also when it comes again meanwhile; the comment is the reason.',
  unshelve: 'End of the shelf.',
  false_alarm:
    'Acknowledged and marked: nothing more of it is pushed until it clears; a rise in severity takes the mark away. When it clears it is closed.',
  assign: 'Given to a department, a grid or a person, or taken from them.',
  hand_over: 'Names the case of another system that goes on with it.',
  reopen: 'Takes back the acknowledgement, and the mark of a false alarm.',
}

/** The AsyncAPI 3 document of what huying says and hears besides HTTP, made of the shapes that it checks messages by. */
export function asyncApiText(): string {
  return `# Printed by \`npm run huying -- config asyncapi\`; a test keeps it equal to the code.\n${stringify(plain(toDocument()), { lineWidth: 130, aliasDuplicateObjects: false })}`
}

function toDocument() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'huying 呼应',
      version: VERSION,
      description:
        'Alerts to dispatch systems and commands from them over a WebSocket, and what devices say over MQTT. In words: docs/FORMATS.md.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      http: {
        host: 'localhost:8080',
        protocol: 'ws',
        description: 'Behind TLS: wss.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
      mqtt: {
        host: 'localhost:1883',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: 'User name is the device id, password its token.',
        security: [{ $ref: '#/components/securitySchemes/device' }],
      },
    },
    channels: { dispatch: dispatchChannel(), ...DEVICE_CHANNELS },
    operations: { ...DISPATCH_OPERATIONS, ...DEVICE_OPERATIONS },
    components: {
      messages: { ...dispatchMessages(), ...DEVICE_MESSAGES },
      schemas: { ...NAMED, CommandRequest: toCommandSchema() },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token with rights operate or admin. Browsers, which can send no header, offer it as a second subprotocol: bearer.TOKEN, or bearer64.BASE64URL where it has characters that a subprotocol may not have. 401 before the upgrade when it is not known, 403 when it may only look.',
        },
        device: { type: 'userPassword' },
      },
    },
  }
}

function dispatchChannel() {
  return {
    address: DISPATCH_PATH,
    title: 'Dispatch',
    description: `Subprotocol ${SUBPROTOCOL}. Texts of JSON, at most ${MAX_MESSAGE_BYTES} bytes towards the service. Unknown fields of messages are ignored, unknown fields of filters refused. Pings every 15 s; who misses two is dropped. Events come at least once and in order; the same change always has the same event.id.`,
    servers: [{ $ref: '#/servers/http' }],
    messages: Object.fromEntries(
      Object.keys(dispatchMessages()).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    bindings: {
      ws: {
        method: 'GET',
        headers: {
          type: 'object',
          properties: {
            authorization: { type: 'string', description: 'Bearer TOKEN' },
            'sec-websocket-protocol': { type: 'string', description: `${SUBPROTOCOL}, perhaps bearer.TOKEN` },
          },
        },
        bindingVersion: '0.1.0',
      },
    },
    'x-close-codes': Object.fromEntries(
      Object.entries(CLOSE).map(([name, code]) => [code, ABOUT_CLOSE[name as keyof typeof CLOSE]]),
    ),
    'x-error-codes': {
      ...OWN_ERROR_CODES,
      ...Object.fromEntries(
        Object.entries(ERROR_CODES).map(([code, { status, retry }]) => [
          code,
          `As HTTP ${status}; ${retry ? 'trying again can help' : 'trying again does not help'}`,
        ]),
      ),
    },
  }
}

const OF_DISPATCH = (names: string[]) => names.map((name) => ({ $ref: `#/channels/dispatch/messages/${name}` }))
const DISPATCH = { $ref: '#/channels/dispatch' }
const SHORT_NAMES = ALERT_COMMANDS.map(messageNameOf)

const DISPATCH_OPERATIONS = {
  subscribe: {
    action: 'receive',
    channel: DISPATCH,
    summary: 'A client subscribes; again on the same connection it starts over with the new filter.',
    messages: OF_DISPATCH(['subscribe']),
    reply: { channel: DISPATCH, messages: OF_DISPATCH(['subscribed', 'error']) },
  },
  acknowledge: {
    action: 'receive',
    channel: DISPATCH,
    summary: 'A client has taken care of everything up to a cursor. Answered only when it is refused.',
    messages: OF_DISPATCH(['ack']),
    reply: { channel: DISPATCH, messages: OF_DISPATCH(['error']) },
  },
  command: {
    action: 'receive',
    channel: DISPATCH,
    summary: 'A client asks something of an alert. At most 32 at a time; answered once it is durable.',
    messages: OF_DISPATCH(['command', ...SHORT_NAMES]),
    reply: { channel: DISPATCH, messages: OF_DISPATCH(['result', 'error']) },
  },
  sendEvents: {
    action: 'send',
    channel: DISPATCH,
    summary: 'What changed in the alerts, as fast as the client reads.',
    messages: OF_DISPATCH(['event', 'progress', 'error']),
  },
}

function dispatchMessages() {
  return {
    subscribe: { summary: 'Which events, under which name, from where on', payload: SubscribeSchema },
    ack: { summary: 'Everything up to this cursor is taken care of; only what was sent can be', payload: AckSchema },
    command: {
      summary: 'Something a person asks of an alert',
      payload: { $ref: '#/components/schemas/CommandRequest' },
    },
    ...Object.fromEntries(
      ALERT_COMMANDS.map((name) => [
        messageNameOf(name),
        { summary: `Short form of the command ${name}. ${ABOUT_COMMAND[name]}`, payload: SHORT_COMMANDS[name] },
      ]),
    ),
    subscribed: { summary: 'Where the events begin', payload: SubscribedSchema },
    event: { summary: 'One change of an alert, with the alert as it stood then', payload: EventSchema },
    progress: { summary: 'Everything up to here was sent or filtered out', payload: ProgressSchema },
    result: { summary: 'A command is done and durable', payload: ResultSchema },
    error: { summary: 'What was refused; the connection goes on', payload: ErrorSchema },
  }
}

function messageNameOf(name: AlertCommandType): string {
  return `command.${name}`
}

function toCommandSchema() {
  return {
    oneOf: ALERT_COMMANDS.map((name) => ({ ...LONG_COMMANDS[name], title: name, description: ABOUT_COMMAND[name] })),
  }
}

/** Plain JSON, with the named shapes referred to by name. */
function plain(document: ReturnType<typeof toDocument>): unknown {
  const nameOf = new Map(Object.entries(NAMED).map(([name, schema]) => [JSON.stringify(schema), name]))
  const refer = (value: unknown, isDefinition: boolean): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => refer(item, false))
    const name = isDefinition ? undefined : nameOf.get(JSON.stringify(value))
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, refer(part, key in NAMED)]))
  }
  return refer(JSON.parse(JSON.stringify(document)), false)
}
