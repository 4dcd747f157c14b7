import { expect, it } from 'vitest'
import { channelFilter, deviceTopics, parseTopic } from '../../ingest/topics.ts'

it('a device has six topics, and each is found back', () => {
  const topics = deviceTopics('house-7.a_b')
  expect(topics).toEqual({
    readings: 'huying/v1/house-7.a_b/readings',
    frames: 'huying/v1/house-7.a_b/frames',
    waveforms: 'huying/v1/house-7.a_b/waveforms',
    status: 'huying/v1/house-7.a_b/status',
    camera: 'huying/v1/house-7.a_b/camera',
    commands: 'huying/v1/house-7.a_b/commands',
  })
  for (const [channel, topic] of Object.entries(topics))
    expect(parseTopic(topic)).toEqual({ deviceId: 'house-7.a_b', channel })
  expect(channelFilter('frames')).toBe('huying/v1/+/frames')
})

it.each([
  'huying/v1/house-7',
  'huying/v1/house-7/',
  'huying/v1/house-7/readings/x',
  'huying/v1//readings',
  'huying/v1/-x/readings',
  'huying/v2/house-7/readings',
  'huying/v1/a b/readings',
  '/huying/v1/house-7/readings',
  '',
])('%j is none of them', (topic) => {
  expect(parseTopic(topic)).toBeNull()
})
