import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { createAlertBook } from '../../../alerts/alert-book.ts'
import type { Thread } from '../../../alerts/outputs/cap/thread.ts'
import { createCap } from '../../../alerts/outputs/kinds/cap.ts'
import { createCapFeed } from '../../../alerts/outputs/kinds/cap-feed.ts'
import { toOutgoing } from '../../../alerts/outputs/to-outgoing.ts'
import { createZonedIso } from '../../../alerts/outputs/zoned-iso.ts'
import type { Alert } from '../../../core/alert.ts'
import { CATEGORIES } from '../../../core/category.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import type { Memo } from '../../../core/output.ts'
import { SEVERITIES } from '../../../core/severity.ts'
import { aSignal } from '../a-signal.ts'
import { anEvent } from '../an-event.ts'
import { anOutbox } from './an-outbox.ts'
import { aReceiver } from './http-receiver.ts'
import { forever, kindPorts } from './kind-ports.ts'
import { capFaults, isWellFormed, textsOf } from './valid-xml.ts'

const settings = { sender: 'huying@wenjin.example', senderName: '文津街道 Wenjin' }
const NOON = Date.UTC(2026, 10, 22, 4)

function event(alert: Partial<Alert> = {}, over: Partial<AlertEvent> = {}): AlertEvent {
  const made = anEvent(1)
  return { ...made, atMs: NOON, ...over, alert: { ...made.alert, raisedAtMs: NOON, place: '东园路45号', ...alert } }
}

/** Delivers events of one alert, position 1 first, and gives back the documents that arrived. */
async function pushed(events: AlertEvent[], over: object = {}): Promise<string[]> {
  const { url, received } = await aReceiver()
  const output = createCap({ url, ...settings, ...over }, kindPorts())
  let before: Memo | undefined
  for (const [index, one] of events.entries()) {
    if (!output.takes?.(one)) continue
    before =
      (await output.deliver([{ ...toOutgoing('ledger', index + 1, one), ...(before && { before }) }], forever))?.get(
        one.alert.id,
      ) ?? before
  }
  return received.map(({ body }) => body)
}
const field = (document: string | undefined, name: string) => textsOf(document ?? '', name)[0]

it('the schema finds what is wrong', async () => {
  const [good = ''] = await pushed([event()])
  const bad = [
    good.replace('+08:00</sent>', 'Z</sent>'),
    good.replace('<status>Actual', '<status>Real'),
    good.replace(/<urgency>.*?<\/urgency>/, ''),
    good.replace(/(<event>.*?<\/event>)(<urgency>.*?<\/urgency>)/, '$2$1'),
    good.replace('</alert>', ''),
  ]
  const faults = await Promise.all(bad.map(async (document) => (await capFaults([document])).length > 0))
  expect(faults).toEqual([true, true, true, true, true])
})

describe('a CAP message', () => {
  it('reads so', async () => {
    const position = { lat: 30.3, lon: 120.15 }
    const area = { community: '文晖社区', grid: '文晖3网格' }
    const [document = ''] = await pushed([event({ position, area, department: '消防' })], { scope: 'Restricted' })

    expect(document.replaceAll('><', '>\n<')).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
      <identifier>ledger-1</identifier>
      <sender>huying@wenjin.example</sender>
      <sent>2026-11-22T12:00:00+08:00</sent>
      <status>Actual</status>
      <msgType>Alert</msgType>
      <source>huying</source>
      <scope>Restricted</scope>
      <restriction>仅限应急调度人员 For dispatch staff only</restriction>
      <incidents>049985774e227d8365ab</incidents>
      <info>
      <language>zh-CN</language>
      <category>Fire</category>
      <event>烟雾</event>
      <urgency>Immediate</urgency>
      <severity>Severe</severity>
      <certainty>Observed</certainty>
      <eventCode>
      <valueName>huying:rule</valueName>
      <value>smoke</value>
      </eventCode>
      <onset>2026-11-22T12:00:00+08:00</onset>
      <senderName>文津街道 Wenjin</senderName>
      <headline>【严重】烟雾 东园路45号</headline>
      <description>类别: 火情
      设备: name of smoke-1 smoke-1
      测值: 烟雾浓度 0.12 dB/m
      限值: 0.1 dB/m
      网格: 文晖3网格
      责任部门: 消防</description>
      <parameter>
      <valueName>huying:level</valueName>
      <value>2</value>
      </parameter>
      <parameter>
      <valueName>huying:version</valueName>
      <value>1</value>
      </parameter>
      <parameter>
      <valueName>huying:value</valueName>
      <value>0.12</value>
      </parameter>
      <parameter>
      <valueName>huying:limit</valueName>
      <value>0.1</value>
      </parameter>
      <parameter>
      <valueName>huying:unit</valueName>
      <value>dB/m</value>
      </parameter>
      <area>
      <areaDesc>东园路45号</areaDesc>
      <circle>30.300000,120.150000 0.05</circle>
      <geocode>
      <valueName>huying:community</valueName>
      <value>文晖社区</value>
      </geocode>
      <geocode>
      <valueName>huying:grid</valueName>
      <value>文晖3网格</value>
      </geocode>
      </area>
      </info>
      <info>
      <language>en-US</language>
      <category>Fire</category>
      <event>Smoke</event>
      <urgency>Immediate</urgency>
      <severity>Severe</severity>
      <certainty>Observed</certainty>
      <eventCode>
      <valueName>huying:rule</valueName>
      <value>smoke</value>
      </eventCode>
      <onset>2026-11-22T12:00:00+08:00</onset>
      <senderName>文津街道 Wenjin</senderName>
      <headline>[Major] Smoke 东园路45号</headline>
      <description>Category: Fire
      Device: name of smoke-1 smoke-1
      Value: Smoke density 0.12 dB/m
      Limit: 0.1 dB/m
      Grid: 文晖3网格
      Department: 消防</description>
      <parameter>
      <valueName>huying:level</valueName>
      <value>2</value>
      </parameter>
      <parameter>
      <valueName>huying:version</valueName>
      <value>1</value>
      </parameter>
      <parameter>
      <valueName>huying:value</valueName>
      <value>0.12</value>
      </parameter>
      <parameter>
      <valueName>huying:limit</valueName>
      <value>0.1</value>
      </parameter>
      <parameter>
      <valueName>huying:unit</valueName>
      <value>dB/m</value>
      </parameter>
      <area>
      <areaDesc>东园路45号</areaDesc>
      <circle>30.300000,120.150000 0.05</circle>
      <geocode>
      <valueName>huying:community</valueName>
      <value>文晖社区</value>
      </geocode>
      <geocode>
      <valueName>huying:grid</valueName>
      <value>文晖3网格</value>
      </geocode>
      </area>
      </info>
      </alert>"
    `)
    expect(await capFaults([document])).toEqual([])
  })

  it('updates and cancels those before it', async () => {
    const documents = await pushed([
      event(),
      event({ acknowledged: true }, { type: 'alert.acknowledged' }),
      event({ severity: 'critical' }, { type: 'alert.updated', atMs: NOON + 60_000 }),
      event({ state: 'cleared' }, { type: 'alert.cleared', atMs: NOON + 120_000 }),
    ])

    expect(documents.map((one) => [field(one, 'msgType'), field(one, 'urgency')])).toEqual([
      ['Alert', 'Immediate'],
      ['Update', 'Immediate'],
      ['Cancel', 'Past'],
    ])
    const first = 'huying@wenjin.example,ledger-1,2026-11-22T12:00:00+08:00'
    expect(documents.map((one) => field(one, 'references'))).toEqual([
      undefined,
      first,
      `${first} huying@wenjin.example,ledger-3,2026-11-22T12:01:00+08:00`,
    ])
    expect(await capFaults(documents)).toEqual([])
  })

  it('cancels a false alarm, and is an alert anew when that is taken back', async () => {
    const falseAlarm = { reason: 'test' as const, by: '王', atMs: NOON }
    const documents = await pushed([
      event(),
      event({ falseAlarm }, { type: 'alert.false_alarm' }),
      event({}, { type: 'alert.reopened' }),
      event({ state: 'cleared' }, { type: 'alert.cleared' }),
    ])

    expect(documents.map((one) => [field(one, 'msgType'), field(one, 'references')?.includes('ledger-1')])).toEqual([
      ['Alert', undefined],
      ['Cancel', true],
      ['Alert', undefined],
      ['Cancel', false],
    ])
    expect(await capFaults(documents)).toEqual([])
  })

  it('is not sent where there is nothing to cancel', async () => {
    expect(await pushed([event({ state: 'cleared' }, { type: 'alert.cleared' })])).toEqual([])
  })

  it('of a test says so', async () => {
    const [document] = await pushed([event({ test: true })])

    expect([field(document, 'status'), field(document, 'headline')]).toEqual(['Test', '【测试】烟雾 东园路45号'])
    expect(await capFaults([document ?? ''])).toEqual([])
  })

  it('ends by itself where the file says so', async () => {
    const [document] = await pushed([event()], { expiresS: 3600 })
    expect(field(document, 'expires')).toBe('2026-11-22T13:00:00+08:00')
  })

  it('goes the way of other posts when it is refused', async () => {
    const { url } = await aReceiver((response) => response.writeHead(400).end())
    const output = createCap({ url, ...settings }, kindPorts())
    await expect(output.deliver([toOutgoing('ledger', 1, event())], forever)).rejects.toMatchObject({
      code: 'delivery_refused',
    })
  })
})

test.each([
  ['Asia/Shanghai', '2026-11-22T12:00:00+08:00'],
  ['UTC', '2026-11-22T04:00:00+00:00'],
  ['America/St_Johns', '2026-11-22T00:30:00-03:30'],
])('a time in %s is %s', (zone, expected) => {
  expect(createZonedIso(zone)(NOON)).toBe(expected)
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '<script>&amp;]]>',
    '\u0000\u0008\ufffe',
    '\ud800',
    'a"b\'c',
    '<!--',
    '&#0;',
    '$&$1',
    '  ',
    '呼应',
    '1',
  ),
)
const number = fc.double({ noNaN: true })
const anyAlert: fc.Arbitrary<Partial<Alert>> = fc.record(
  {
    ruleTitle: fc.record({ zh: hostile, en: hostile }),
    rule: hostile,
    category: fc.constantFrom(...Object.keys(CATEGORIES), 'unheard-of'),
    severity: fc.constantFrom(...SEVERITIES),
    state: fc.constantFrom('active' as const, 'cleared' as const),
    place: hostile,
    deviceName: hostile,
    department: hostile,
    area: fc.record({ community: hostile, grid: hostile, river: hostile, reach: hostile }, { requiredKeys: [] }),
    position: fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
    reason: fc.record({ code: hostile, metric: hostile, value: number, limit: number, unit: hostile, clause: hostile }),
    raisedAtMs: fc.oneof(fc.integer(), fc.double()),
    test: fc.constant(true as const),
  },
  { requiredKeys: [] },
)

describe('whatever an alert says', () => {
  it('its CAP message is valid, and the texts arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyAlert, fc.double()), { minLength: 1, maxLength: 30 }), async (alerts) => {
        const documents: string[] = []
        for (const [alert, atMs] of alerts)
          documents.push(...(await pushed([event(), event(alert, { type: 'alert.updated', atMs })])))
        expect(await capFaults(documents)).toEqual([])
        const [alert] = alerts[0] as [Partial<Alert>, number]
        const title = alert.ruleTitle?.zh
        if (title !== undefined && /^[\u4e00-\u9fff<>&"']+$/.test(title))
          expect(textsOf(documents[1] ?? '', 'event')).toContain(title)
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})

describe('the feed', () => {
  /** A feed behind its outbox, over a ledger of one device's alert. */
  async function aFeed(options: Parameters<typeof anOutbox>[0] = {}) {
    const events: AlertEvent[] = []
    let nowMs = NOON
    const ports = kindPorts({ name: 'feed', clock: { nowMs: () => nowMs } }, events)
    const output = createCapFeed(settings, {
      ...ports,
      ledgerId: 'memory',
      eventAt: async (seq) => toOutgoing('memory', seq, events[seq - 1] as AlertEvent),
    })
    const outbox = await anOutbox({ ...options, output })
    return {
      ...outbox,
      feed: output.feed,
      events,
      tick: (ms: number) => {
        nowMs += ms
      },
      async tell(...more: AlertEvent[]) {
        events.push(...more)
        await outbox.write(...more)
      },
    }
  }
  const book = () => createAlertBook({ describe: () => ({ place: '东园路45号' }) })
  const idsOf = (atom: string) => textsOf(atom, 'id').slice(1)

  it('has the newest message of each alert, each with its document', async () => {
    const { feed, tell } = await aFeed()
    const alerts = book()
    await tell(...alerts.applySignal(aSignal(1)))
    await tell(...alerts.applySignal(aSignal(2, { subject: { device: 'b' } })))
    await tell(...alerts.applySignal(aSignal(3, { severity: 'critical' })))

    const atom = feed.atom('http://here')

    expect(idsOf(atom)).toEqual(['urn:huying:cap:memory-3', 'urn:huying:cap:memory-2'])
    expect(atom).toContain('href="http://here/api/v1/cap/memory-3.xml"')
    const documents = await Promise.all(['memory-1', 'memory-2', 'memory-3'].map((id) => feed.message(id)))
    expect(await capFaults(documents.map(String))).toEqual([])
    expect(documents.map((one) => field(one ?? '', 'msgType'))).toEqual(['Alert', 'Alert', 'Update'])
    expect(field(documents[2] ?? '', 'references')).toContain('memory-1')
    expect(await feed.message('memory-9')).toBeNull()
  })

  it('keeps what is closed for an hour, as cancelled', async () => {
    const { feed, tell, tick } = await aFeed()
    const alerts = book()
    await tell(...alerts.applySignal(aSignal(1)), ...alerts.applySignal(aSignal(2, { state: 'cleared' })))
    const outcome = alerts.applyCommand(
      { type: 'acknowledge', alertId: alerts.open()[0]?.id as string, by: '王' },
      3_000,
    )
    if ('event' in outcome) await tell(outcome.event)

    expect(idsOf(feed.atom(''))).toEqual(['urn:huying:cap:memory-2'])
    expect(feed.atom('')).toContain('term="Cancel"')
    tick(3_600_000)
    expect(idsOf(feed.atom(''))).toEqual([])
  })

  it('has its alerts again after a restart', async () => {
    const first = await aFeed()
    const alerts = book()
    await first.tell(...alerts.applySignal(aSignal(1)))
    await first.stop()
    const second = await aFeed({ ledger: first.ledger.crash(), file: first.file })
    second.events.push(...first.events)

    expect(idsOf(second.feed.atom(''))).toEqual(['urn:huying:cap:memory-1'])
    expect(await capFaults([String(await second.feed.message('memory-1'))])).toEqual([])
  })

  it('is well-formed, whatever titles say', async () => {
    const { feed, tell } = await aFeed()
    await tell(event({ place: '<b>&]]>\u0000"', ruleTitle: { zh: '</title>', en: 'x' } }))
    expect(await isWellFormed(feed.atom('http://a/?b="&'))).toBe(true)
  })
})

it('threads keep the first message and the newest, whatever comes', async () => {
  const many = Array.from({ length: 100 }, (_, n) => event({}, { type: n === 0 ? 'alert.raised' : 'alert.updated' }))
  const output = createCap({ url: (await aReceiver()).url, ...settings }, kindPorts())
  let before: Memo | undefined
  for (const [index, one] of many.entries())
    before =
      (await output.deliver([{ ...toOutgoing('l', index + 1, one), ...(before && { before }) }], forever))?.get(
        one.alert.id,
      ) ?? before

  const { messages } = before as Thread
  expect([messages.length, messages[0]?.seq, messages.at(-1)?.seq]).toEqual([40, 1, 100])
})
