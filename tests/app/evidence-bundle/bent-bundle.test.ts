import fc from 'fast-check'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { type BundleFault, verifyBundle } from '../../../app/evidence-bundle/verify-bundle.ts'
import type { BundleManifest, BundleProofs } from '../../../core/bundle-desk.ts'
import { recordHash } from '../../../core/ledger-record.ts'
import { parseVerifierKey, type VerifierKey } from '../../../core/notes/note-keys.ts'
import { openABundleDesk, sha256Of, tellOfSmoke } from './a-bundle-desk.ts'

type Files = Record<string, Uint8Array>

interface Taken {
  whole: Files
  /** Of the same alert, taken once more. */
  later: Files
  keys: VerifierKey[]
}

async function takeTwo(): Promise<Taken> {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const whole = unzipSync(await rig.take())
  const later = unzipSync(await rig.take({ reason: 'another inquiry' }))
  return { whole, later, keys: [parseVerifierKey(rig.ledger.desk.keys()[0]?.verifier ?? '')] }
}

const text = (files: Files, path: string) => strFromU8(files[path] as Uint8Array)

function edited<T>(files: Files, path: string, edit: (value: T) => void): Files {
  const value = JSON.parse(text(files, path)) as T
  edit(value)
  const isManifest = path === 'manifest.json'
  return { ...files, [path]: strToU8(`${JSON.stringify(value, null, isManifest ? 2 : 0)}\n`) }
}

/** As somebody would who knows how a bundle is made: the manifest says the file's new hash. */
function withManifest(files: Files, path: string, content: Uint8Array): Files {
  return edited<BundleManifest>({ ...files, [path]: content }, 'manifest.json', ({ files: listed, pictures }) => {
    for (const file of [...listed, ...pictures]) if (file.path === path) file.sha256 = sha256Of(content)
    for (const file of listed) if (file.path === path) file.bytes = content.length
  })
}

function bent({ whole, later }: Taken): Record<string, [Files, BundleFault['where']]> {
  const picture = 'pictures/01-frame-1.jpg'
  const swapped = whole['pictures/01-frame-1-annotated.jpg'] as Uint8Array
  const lines = text(whole, 'history.jsonl').trimEnd().split('\n')
  const forged = text(whole, 'history.jsonl').replace('"on my way"', '"not me"')
  const { [picture]: _, ...without } = whole
  return {
    'a picture swapped': [{ ...whole, [picture]: swapped }, picture],
    'a picture swapped, and its hash in the manifest': [withManifest(whole, picture, swapped), 'manifest.json'],
    'a picture taken out': [without, picture],
    'a file put in': [{ ...whole, 'pictures/99.jpg': swapped }, 'pictures/99.jpg'],
    'a reading edited': [
      { ...whole, 'readings.csv': strToU8(text(whole, 'readings.csv').replace('0.25', '0.05')) },
      'readings.csv',
    ],
    'the report edited': [{ ...whole, 'report.html': strToU8('<p>nothing happened') }, 'report.html'],
    'a record edited': [{ ...whole, 'history.jsonl': strToU8(forged) }, 'history.jsonl, line 5'],
    'a record edited, its hash in the manifest and in the proofs': [
      edited<BundleProofs>(withManifest(whole, 'history.jsonl', strToU8(forged)), 'proofs.json', ({ history }) => {
        const proof = history[4]
        if (proof) proof.leafHash = recordHash(forged.split('\n')[4] ?? '').toString('hex')
      }),
      'history.jsonl, line 5',
    ],
    'a record left out, with its proof': [
      edited<BundleProofs>(
        withManifest(whole, 'history.jsonl', strToU8(`${lines.slice(1).join('\n')}\n`)),
        'proofs.json',
        ({ history }) => void history.shift(),
      ),
      'manifest.json',
    ],
    'records in another order, with their proofs': [
      edited<BundleProofs>(
        withManifest(whole, 'history.jsonl', strToU8(`${lines.toReversed().join('\n')}\n`)),
        'proofs.json',
        ({ history }) => void history.reverse(),
      ),
      'history.jsonl, line 2',
    ],
    'a manifest that names somebody else': [
      edited<BundleManifest>(whole, 'manifest.json', (manifest) => {
        manifest.takenBy = 'nobody'
      }),
      'manifest.json',
    ],
    'the record of another bundle of the same alert': [
      { ...whole, 'taken.json': later['taken.json'] as Uint8Array },
      'taken.json',
    ],
    'the proofs of another bundle': [{ ...whole, 'proofs.json': later['proofs.json'] as Uint8Array }, 'proofs.json'],
    'the checkpoint of another bundle': [
      { ...whole, 'checkpoint.txt': later['checkpoint.txt'] as Uint8Array },
      'proofs.json',
    ],
    'a proof of another record': [
      edited<BundleProofs>(whole, 'proofs.json', ({ history: [one, two] }) => {
        if (one && two) one.path = two.path
      }),
      'history.jsonl, line 1',
    ],
    'another position': [
      edited<BundleProofs>(whole, 'proofs.json', ({ history: [one] }) => {
        if (one) one.seq = 2
      }),
      'history.jsonl, line 1',
    ],
    'a signature cut off': [
      { ...whole, 'checkpoint.txt': strToU8(text(whole, 'checkpoint.txt').replace(/— .*\n/, '')) },
      'checkpoint.txt',
    ],
    'no proofs at all': [{ ...whole, 'proofs.json': strToU8('{}') }, 'manifest.json'],
  }
}

describe('an evidence bundle that was changed is found out:', () => {
  it('none of this is needed for one that was not', async () => {
    const { whole, later, keys } = await takeTwo()
    expect(verifyBundle(zipSync(whole), keys).faults).toEqual([])
    expect(verifyBundle(zipSync(later), keys).faults).toEqual([])
  })

  it('every way to bend one', async () => {
    const taken = await takeTwo()
    for (const [way, [files, where]] of Object.entries(bent(taken))) {
      const { faults } = verifyBundle(zipSync(files), taken.keys)
      expect(faults.length, way).toBeGreaterThan(0)
      expect(
        faults.map((fault) => fault.where),
        way,
      ).toContain(where)
    }
  })

  it('any byte of any file', async () => {
    const { whole, keys } = await takeTwo()
    const paths = Object.keys(whole)
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 1, max: 255 }), (path, at, change) => {
        const content = Uint8Array.from(whole[path] as Uint8Array)
        const index = at % content.length
        content[index] = (content[index] as number) ^ change
        const { faults } = verifyBundle(zipSync({ ...whole, [path]: content }, { level: 0 }), keys)
        expect(faults.length, `${path} ${index}`).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })

  it('one that is no zip, is empty, or has a file twice', async () => {
    const { whole, keys } = await takeTwo()
    expect(verifyBundle(strToU8('PK\x03\x04 and nothing'), keys).faults[0]?.where).toBe('zip')
    expect(verifyBundle(zipSync({}), keys).faults).toContainEqual({ where: 'manifest.json', detail: 'it is missing' })
    const twice = zipSync({ ...whole, 'report.htmx': strToU8('<p>') })
    for (let at = twice.length; at >= 0; at--)
      if (strFromU8(twice.subarray(at, at + 11)) === 'report.htmx') twice.set(strToU8('report.html'), at)
    expect(verifyBundle(twice, keys).faults).toContainEqual({ where: 'report.html', detail: 'it is in the zip twice' })
  })
})
