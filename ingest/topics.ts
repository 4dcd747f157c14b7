import { DEVICE_ID } from '../core/device.ts'

/** What a device may say or hear; the last level of its topics. */
export type Channel = 'readings' | 'frames' | 'waveforms' | 'status' | 'camera' | 'commands'
/** The channels that lead up, from device to service. */
export type UpChannel = Exclude<Channel, 'commands'>

const ROOT = 'huying/v1/'
const CHANNELS: ReadonlySet<string> = new Set<Channel>([
  'readings',
  'frames',
  'waveforms',
  'status',
  'camera',
  'commands',
])

/** The topics of one device: `huying/v1/{deviceId}/readings`, `frames`, `waveforms`, `status` and `camera` up, `commands` down. */
export function deviceTopics(deviceId: string): Record<Channel, string> {
  const base = `${ROOT}${deviceId}/`
  return {
    readings: `${base}readings`,
    frames: `${base}frames`,
    waveforms: `${base}waveforms`,
    status: `${base}status`,
    camera: `${base}camera`,
    commands: `${base}commands`,
  }
}

/** Which device speaks on which channel; null for any topic that is not one of ours. */
export function parseTopic(topic: string): { deviceId: string; channel: Channel } | null {
  if (!topic.startsWith(ROOT)) return null
  const slash = topic.indexOf('/', ROOT.length)
  const deviceId = topic.slice(ROOT.length, slash)
  const channel = topic.slice(slash + 1)
  if (slash < 0 || !DEVICE_ID.test(deviceId)) return null
  return isChannel(channel) ? { deviceId, channel } : null
}

function isChannel(level: string): level is Channel {
  return CHANNELS.has(level)
}

/** Subscriptions by which a client of another broker hears all devices on one channel. */
export function channelFilter(channel: UpChannel): string {
  return `${ROOT}+/${channel}`
}
