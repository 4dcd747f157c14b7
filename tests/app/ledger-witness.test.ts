import { cp } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { witnessLedger } from '../../app/ledger-files/witness.ts'
import { makeSignerKey, parseVerifierKey } from '../../core/notes/note-keys.ts'
import { openALedger } from '../storage/ledger/a-ledger.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

const water = makeSignerKey('water', 'cosignature')
type Ledger = Awaited<ReturnType<typeof openALedger>>

/** The desk as it is reached over HTTP. */
function clientOf({ desk }: Ledger) {
  return {
    async call<T>(_method: string, path: string, body?: unknown): Promise<T> {
      const { pathname, searchParams } = new URL(path, 'http://x')
      if (pathname.endsWith('/consistency')) {
        const proof = await desk.consistency(Number(searchParams.get('from')), Number(searchParams.get('to')))
        return { path: proof.path.map((hash) => hash.toString('hex')) } as T
      }
      const size = Number(pathname.split('/').at(-2))
      return (await desk.counterSign(size, (body as { signature: string }).signature)) as T
    },
    text: async () => desk.checkpoint()!.note,
  }
}
const keysOf = ({ desk }: Ledger) => ({ own: water, ledger: parseVerifierKey(desk.keys()[0]!.verifier) })

async function aLedger(dir: string, ...reasons: string[]) {
  const ledger = await openALedger(dir, { witnesses: [water.text] })
  await ledger.write(...reasons)
  await ledger.desk.covering(ledger.journal.status().committedSeq)
  return ledger
}

it('signs what is new, once, as long as the ledger continues what it signed', async () => {
  const ledger = await aLedger(await temporaryFolder(), 'a', 'b')
  const first = await witnessLedger(clientOf(ledger), keysOf(ledger), null, 1000)
  expect(first?.checkpoint.size).toBe(2)
  expect(ledger.desk.checkpoint()?.signedBy).toEqual([ledger.desk.origin, 'water'])
  expect(await witnessLedger(clientOf(ledger), keysOf(ledger), first!.note, 2000)).toBeNull()

  await ledger.write('c', 'd', 'e')
  await ledger.desk.covering(5)
  const second = await witnessLedger(clientOf(ledger), keysOf(ledger), first!.note, 3000)
  expect(second?.checkpoint.size).toBe(5)
  expect(ledger.desk.checkpoint()?.signedBy).toEqual([ledger.desk.origin, 'water'])
})

it('signs neither another history nor a shorter one, though the ledger signed both', async () => {
  const dir = await temporaryFolder()
  const begun = await aLedger(dir, 'a', 'b')
  await begun.close()
  const shown = `${dir}/shown`
  const shorter = `${dir}/shorter`
  await cp(`${dir}/journal`, `${shown}/journal`, { recursive: true })
  await cp(`${dir}/ledger`, `${shown}/ledger`, { recursive: true })
  await cp(shown, shorter, { recursive: true })
  const ledger = await aLedger(dir, 'what happened')
  const signed = await witnessLedger(clientOf(ledger), keysOf(ledger), null, 1000)

  for (const other of [await aLedger(shown, 'what was shown'), await aLedger(shown.replace('shown', 'shorter'))]) {
    await expect(witnessLedger(clientOf(other), keysOf(ledger), signed!.note, 2000)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(other.desk.checkpoint()?.signedBy).toEqual([ledger.desk.origin])
  }
  const longer = await aLedger(`${dir}/shown2`, 'x')
  await expect(witnessLedger(clientOf(longer), keysOf(ledger), signed!.note, 2000)).rejects.toMatchObject({
    code: 'bad_request',
  })
})
