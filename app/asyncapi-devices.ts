import { DEVICE_ID, FIELD_NAME } from '../core/device.ts'
import { deviceTopics } from '../ingest/topics.ts'

/** What devices say over MQTT, for the AsyncAPI document. The codecs in `ingest/codecs` decide; this tells their main forms. */

const TOPICS = deviceTopics('{deviceId}')
const SERVERS = [{ $ref: '#/servers/mqtt' }]
const parameters = { deviceId: { description: `Id of the device: ${DEVICE_ID.source}` } }

const Sample = {
  type: 'object',
  required: ['values'],
  properties: {
    at: {
      anyOf: [{ type: 'string', format: 'date-time' }, { type: 'number' }],
      description: 'ISO 8601 with zone, or ms since the epoch; the arrival when absent',
    },
    seq: { type: 'integer', minimum: 0, description: 'Growing by one' },
    values: {
      type: 'object',
      propertyNames: { pattern: FIELD_NAME.source },
      additionalProperties: { anyOf: [{ type: 'number' }, { type: 'boolean' }] },
    },
  },
}

function channel(name: keyof typeof TOPICS, about: string) {
  return {
    address: TOPICS[name],
    description: about,
    servers: SERVERS,
    parameters,
    messages: { [messageOf(name)]: { $ref: `#/components/messages/${messageOf(name)}` } },
  }
}

function messageOf(name: keyof typeof TOPICS): string {
  return `device.${name}`
}

function operation(name: keyof typeof TOPICS, action: 'send' | 'receive', summary: string) {
  return {
    action,
    channel: { $ref: `#/channels/${channelNameOf(name)}` },
    summary,
    messages: [{ $ref: `#/channels/${channelNameOf(name)}/messages/${messageOf(name)}` }],
    bindings: { mqtt: { qos: 1, bindingVersion: '0.2.0' } },
  }
}

function channelNameOf(name: keyof typeof TOPICS): string {
  return `device${name[0]!.toUpperCase()}${name.slice(1)}`
}

export const DEVICE_CHANNELS = {
  deviceReadings: channel('readings', 'Readings of one device. PUBACK means: on disk.'),
  deviceFrames: channel('frames', 'Pictures of one camera.'),
  deviceStatus: channel('status', 'Birth and last will of one device.'),
  deviceCamera: channel('camera', "The flight controller's word on a picture."),
  deviceCommands: channel('commands', 'What huying or others ask of one device.'),
}

export const DEVICE_OPERATIONS = {
  takeReadings: operation('readings', 'receive', 'A device says what it measured.'),
  takeFrame: operation('frames', 'receive', 'A camera sends a picture.'),
  takeStatus: operation('status', 'receive', 'A device comes or goes.'),
  takeCamera: operation('camera', 'receive', 'A drone says where a picture was taken.'),
  sendCommand: operation('commands', 'send', 'Something is asked of a device.'),
}

export const DEVICE_MESSAGES = {
  [messageOf('readings')]: {
    summary: 'One moment, or an array of them; SenML JSON (RFC 8428) is taken too',
    payload: { anyOf: [Sample, { type: 'array', items: Sample }] },
  },
  [messageOf('frames')]: {
    summary: 'One JPEG',
    contentType: 'image/jpeg',
    payload: { type: 'string', format: 'binary' },
  },
  [messageOf('status')]: {
    summary: 'A birth may name the type of the device',
    payload: {
      type: 'object',
      required: ['online'],
      properties: { online: { type: 'boolean' }, type: { type: 'string', pattern: FIELD_NAME.source } },
    },
  },
  [messageOf('camera')]: { summary: 'CAMERA_IMAGE_CAPTURED of MAVLink, as JSON', payload: { type: 'object' } },
  [messageOf('commands')]: { summary: 'JSON for the device', payload: { type: 'object' } },
}
