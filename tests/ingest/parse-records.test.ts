import { expect, it, test } from 'vitest'
import { findRegisterFault } from '../../ingest/codecs/register-body.ts'
import { parseRecords } from '../../ingest/registers/parse-records.ts'

const read = (name: string, text: string) => parseRecords(name, Buffer.from(text), 'Asia/Shanghai')

it('reads a table as an office exports it, times in the zone of the sub-district', () => {
  const table =
    '业务编号,事项名称,办理时间,房屋坐落,承租人,起租日期,备案号,经办人\r\nZ-1,租赁备案,2026/11/5 9:30,平桥街１２号,老周,2026年12月1日,WJ-7,李\r\n'
  expect(read('leases.csv', table)).toEqual({
    faults: [],
    records: [
      {
        row: 2,
        record: {
          ...{ recordId: 'Z-1', type: 'lease.signed', at: '2026-11-05T01:30:00.000Z', address: '平桥街１２号' },
          body: { tenant: '老周', validFrom: '2026-12-01', filing: 'WJ-7', 经办人: '李' },
        },
      },
    ],
  })
})

it('reads JSON lines, and names those that are none', () => {
  const { records, faults } = read('a.jsonl', '{"type":"works.filed","body":{}}\n\nnot json\n')
  expect(records).toEqual([{ row: 1, record: { type: 'works.filed', body: {} } }])
  expect(faults).toMatchObject([{ row: 3 }])
})

it('names rows whose type or time means nothing', () => {
  const { records, faults } = read('a.csv', '类型,时间\n拔牙,2026-11-05\n竣工,昨天\n竣工,2026-11-05\n')
  expect(faults.map(({ row, field }) => [row, field])).toEqual([
    [2, 'type'],
    [3, 'at'],
  ])
  expect(records).toMatchObject([{ row: 4, record: { type: 'works.finished', at: '2026-11-04T16:00:00.000Z' } }])
})

test.each([
  ['租约签订', 'lease.signed'],
  ['租约变更', 'lease.changed'],
  ['经营范围变更', 'scope.changed'],
  ['产权变更', 'owner.changed'],
  ['用电过户', 'account.changed'],
  ['装修备案', 'works.filed'],
  ['施工许可', 'works.approved'],
  ['装修完工', 'works.finished'],
  ['撤销备案', 'record.withdrawn'],
  ['report.noise', 'report.noise'],
])('knows what offices call their entries: %s', (word, type) => {
  expect(read('a.csv', `类型\n${word}\n`).records[0]?.record.type).toBe(type)
})

test.each([
  ['lease.signed', { tenant: 7 }, /body\.tenant/],
  ['account.changed', { utility: 'steam' }, /body\.utility/],
  ['works.filed', { validFrom: '1.12.2026' }, /body\.validFrom/],
  ['works.filed', { validFrom: '2026-12-02', validTo: '2026-12-01' }, /body\.validTo: before validFrom/],
  ['works.filed', { validTo: '2026-13-01' }, /body\.validTo: no such day/],
  ['record.withdrawn', {}, /body\.withdraws/],
  ['lease.signed', { corrects: 'a', withdraws: 'b' }, /not both/],
])('refuses a register’s entry whose body is not of its type: %s %j', (type, body, detail) => {
  expect(findRegisterFault(type, body)?.detail).toMatch(detail)
})

it('lets a type that it does not know say anything, and a known one say more', () => {
  expect(findRegisterFault('report.noise', { reporter: 7 })).toBeNull()
  expect(findRegisterFault('constructor', {})).toBeNull()
  expect(findRegisterFault('lease.signed', { tenant: '老周', rent: 5_000 })).toBeNull()
})
