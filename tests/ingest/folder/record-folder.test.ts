import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../core/errors.ts'
import { silentLog } from '../../../core/log.ts'
import type { RecordEntry } from '../../../core/observation.ts'
import { createRecordFolder, type RecordFolderOptions } from '../../../ingest/registers/record-folder.ts'
import { createRig } from '../rig.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huying-registers-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function open(options: Partial<RecordFolderOptions> = {}) {
  const rig = createRig()
  const source = createRecordFolder({
    ...{ folder, done: 'move', zone: 'Asia/Shanghai', frontDoor: rig.frontDoor, refusals: rig.refusals },
    ...{ clock: rig.clock, log: silentLog },
    ...options,
  })
  const records = () => rig.arrived.filter((one): one is RecordEntry => one.kind === 'record')
  const lookTwice = async () => {
    await source.look()
    await source.look()
  }
  return { ...rig, source, records, lookTwice }
}

async function put(path: string, text: string | Buffer): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
const textOf = (path: string) => readFile(join(folder, path), 'utf8')

const LEASES = '业务编号,业务类型,办理时间,房屋坐落,承租人\r\nZ-1,租赁备案,2025-11-05,平桥街12号,老周\r\n'
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')
/** 类型,地址 / 竣工,平桥街12号 in GB 18030. */
const GB18030 = Buffer.from('c0e0d0cd2cb5d8d6b70abfa2b9a42cc6bdc7c5bdd63132bac50a', 'hex')

describe('a file of records', () => {
  it('is filed row by row under the name of its folder, and moved to done', async () => {
    const { lookTwice, records } = open()
    await put('housing-office/leases.csv', LEASES)
    await put('works.jsonl', '{"recordId":"w-1","type":"works.filed","address":"平桥街14号","body":{}}\n')
    await lookTwice()
    expect(records()).toMatchObject([
      { deviceId: 'register', recordId: 'w-1', recordType: 'works.filed' },
      { deviceId: 'housing-office', recordId: 'Z-1', recordType: 'lease.signed', body: { tenant: '老周' } },
    ])
    expect(await files()).toEqual(['done/housing-office/leases.csv', 'done/works.jsonl'])
  })

  it.each([
    ['UTF-16, as spreadsheets save Unicode text', utf16('类型\t地址\r\n竣工\t平桥街12号\r\n')],
    ['GB 18030', GB18030],
    ['UTF-8 with its byte order mark', Buffer.from('\uFEFF类型,地址\n竣工,平桥街12号\n')],
  ])('is read in %s', async (_encoding, bytes) => {
    const { lookTwice, records } = open()
    await put('a.csv', bytes)
    await lookTwice()
    expect(records()).toMatchObject([{ recordType: 'works.finished', address: '平桥街12号' }])
  })

  it('waits until nobody writes to it any more', async () => {
    const { source, records } = open()
    await put('a.csv', LEASES.slice(0, -20))
    await source.look()
    await put('a.csv', LEASES)
    await source.look()
    expect(records()).toEqual([])
    await source.look()
    expect(records()).toHaveLength(1)
  })

  it('with rows that cannot be filed goes to refused with a list of them; its other rows are filed', async () => {
    const { lookTwice, records, refusals, source } = open()
    await put(
      'a.csv',
      `${LEASES}Z-2,拔牙,2025-11-05,平桥街13号,\r\nZ/3,竣工,2025-11-05,平桥街14号,\r\nZ-4,竣工,昨天,,\r\n`,
    )
    await lookTwice()
    expect(records().map(({ recordId }) => recordId)).toEqual(['Z-1'])
    expect(await files()).toEqual(['refused/a.csv', 'refused/a.csv.faults.txt'])
    expect(await textOf('refused/a.csv.faults.txt')).toBe(
      [
        '\uFEFF1 filed, 3 refused',
        '3 type: "拔牙" names no type',
        '4: recordId: must match ^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$',
        '5 at: "昨天" is no time',
        '',
      ].join('\r\n'),
    )
    expect(refusals.list()).toMatchObject([{ device: 'register', reason: 'bad_payload', count: 3 }])
    const values = source.measurements().map(({ labels, value }) => [labels?.outcome, value])
    expect(values).toEqual([
      ['done', 0],
      ['refused', 1],
      ['filed', 1],
      ['refused', 3],
    ])
  })

  it.each([
    ['a workbook', 'a.xlsx', 'PK', 'save it as CSV'],
    ['of a few columns that mean nothing', 'a.csv', '甲,乙\n1,2\n', 'no column "type"'],
    ['without a line', 'a.csv', '\n', 'the table is empty'],
    ['that is too large', 'a.csv', Buffer.alloc(3 * 1024 * 1024, '1\n'), 'split it'],
  ])('%s is refused as a whole', async (_what, name, bytes, reason) => {
    const { lookTwice, records } = open()
    await put(name, bytes)
    await lookTwice()
    expect(records()).toEqual([])
    expect(await textOf(`refused/${name}.faults.txt`)).toContain(reason)
  })

  it('once more has the same records: after a crash, and when its faulty rows were mended', async () => {
    const first = open()
    await put('a.csv', `类型,地址\n租赁备案,平桥街12号\n拔牙,平桥街13号\n`)
    await first.lookTwice()
    await put('a.csv', `类型,地址\n租赁备案,平桥街12号\n竣工,平桥街13号\n`)
    const second = open()
    await second.lookTwice()
    expect(second.records()[0]?.recordId).toBe(first.records()[0]?.recordId)
    expect(second.records()).toHaveLength(2)
  })

  it('stays where it is while not all of it can be stored, and is filed later', async () => {
    const { frontDoor } = createRig()
    let room = 1
    const records: string[] = []
    const { lookTwice, source } = open({
      frontDoor: {
        async record(of, body) {
          if (room-- <= 0) throw new AppError('journal_full', 'no room')
          records.push((body as { recordId: string }).recordId)
          return frontDoor.record(of, body)
        },
      },
    })
    await put('a.csv', `${LEASES}Z-2,竣工,2025-11-05,平桥街13号,\r\n`)
    await lookTwice()
    const before = { fault: source.fault, files: await files() }
    room = 9
    await source.look()
    expect(before).toEqual({ fault: 'no room', files: ['a.csv'] })
    expect(source.fault).toBeNull()
    expect(records).toEqual(['Z-1', 'Z-1', 'Z-2'])
    expect(await files()).toEqual(['done/a.csv'])
  })

  it('that is replaced while it is read is not moved, and read again', async () => {
    const rig = createRig()
    let isReplaced = false
    const { lookTwice } = open({
      frontDoor: {
        async record(of, body) {
          if (!isReplaced) await put('a.csv', `${LEASES}Z-2,竣工,2025-11-05,平桥街13号,\r\n`)
          isReplaced = true
          return rig.frontDoor.record(of, body)
        },
      },
    })
    await put('a.csv', LEASES)
    await lookTwice()
    expect(await files()).toEqual(['a.csv'])
    await lookTwice()
    expect(await files()).toEqual(['done/a.csv'])
    expect(rig.arrived).toMatchObject([{ recordId: 'Z-1' }, { recordId: 'Z-1' }, { recordId: 'Z-2' }])
  })
})

describe('the folder', () => {
  it('leaves alone what is no list, hidden or of a program that has one open', async () => {
    const others = ['.a.csv', '~$a.xlsx', 'notes.pdf', 'done/old.csv', 'office/deeper/a.csv']
    for (const path of others) await put(path, LEASES)
    const { lookTwice, records } = open()
    await lookTwice()
    expect(records()).toEqual([])
    expect(await files()).toEqual([...others].sort())
  })
})
