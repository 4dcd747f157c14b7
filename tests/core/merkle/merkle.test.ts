import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCompactRange } from '../../../core/merkle/compact-range.ts'
import { leafHash } from '../../../core/merkle/hashes.ts'
import { consistencyPath, inclusionPath, type ReadNode, rootOf, subtreesOf } from '../../../core/merkle/prove.ts'
import { verifyConsistency, verifyInclusion } from '../../../core/merkle/verify.ts'
import { mth, path, proof } from './naive-tree.ts'

/** Leaves and roots of the tests of the Certificate Transparency log (`merkletree/merkle_tree_test.cc`). */
const CT_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** A tree with every complete subtree of it. */
function grow(records: readonly Buffer[]) {
  const nodes = new Map<string, Buffer>()
  const range = createCompactRange(0, [], (level, index, hash) => nodes.set(`${level}/${index}`, hash))
  for (const record of records) range.append(leafHash(record))
  const read: ReadNode = async (level, index) => {
    const hash = nodes.get(`${level}/${index}`)
    if (!hash) throw new Error(`no complete subtree ${level}/${index}`)
    return hash
  }
  return { range, read }
}

const hexOf = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'))
const records = (maxLength: number) =>
  fc
    .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength })
    .map((all) => all.map((bytes) => Buffer.from(bytes)))
/** A tree with two sizes within it, the first not larger than the second. */
const tree = records(70).chain((all) =>
  fc
    .tuple(fc.integer({ min: 1, max: all.length }), fc.integer({ min: 1, max: all.length }))
    .map(([a, b]) => ({ all, oldSize: Math.min(a, b), size: Math.max(a, b) })),
)

describe('the tree', () => {
  it('has the roots of the Certificate Transparency tests', () => {
    const leaves = CT_LEAVES.map((hex) => Buffer.from(hex, 'hex'))
    const roots = leaves.map((_, i) => grow(leaves.slice(0, i + 1)).range.root())
    expect(hexOf(roots)).toEqual(CT_ROOTS)
    expect(grow([]).range.root().toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('has the root that RFC 6962 defines, at every size, grown at once or gone on with', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ all, oldSize, size }) => {
        const { range, read } = grow(all.slice(0, size))
        expect(range.root()).toEqual(mth(all.slice(0, size)))
        expect(await rootOf(oldSize, read)).toEqual(mth(all.slice(0, oldSize)))

        const continued = createCompactRange(oldSize, await subtreesOf(oldSize, read))
        for (const record of all.slice(oldSize, size)) continued.append(leafHash(record))
        expect(continued.root()).toEqual(range.root())
        expect(continued.hashes()).toEqual(range.hashes())
      }),
    )
  })

  it('refuses to go on from hashes that cannot be those of its size', () => {
    expect(() => createCompactRange(3, [leafHash('a')])).toThrow(RangeError)
  })
})

describe('an inclusion proof', () => {
  it('is the path that RFC 6962 defines, and holds for its own leaf, place, size and root only', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.nat(), async ({ all, size }, any) => {
        const index = any % size
        const found = await inclusionPath(index, size, grow(all).read)
        const leaf = leafHash(all[index]!)
        const root = mth(all.slice(0, size))
        expect(hexOf(found)).toEqual(hexOf(path(index, all.slice(0, size))))
        expect(verifyInclusion(leaf, { index, size, path: found }, root)).toBe(true)

        expect(verifyInclusion(leafHash('other record'), { index, size, path: found }, root)).toBe(false)
        expect(verifyInclusion(leaf, { index, size, path: [...found, leaf] }, root)).toBe(false)
        expect(verifyInclusion(leaf, { index, size, path: found }, leafHash('other root'))).toBe(false)
        expect(verifyInclusion(leaf, { index: size, size, path: found }, root)).toBe(false)
        if (found.length > 0) {
          expect(verifyInclusion(leaf, { index, size, path: found.slice(1) }, root)).toBe(false)
          const bent = found.with(any % found.length, leafHash('other'))
          expect(verifyInclusion(leaf, { index, size, path: bent }, root)).toBe(false)
        }
      }),
    )
  })

  it('shows no leaf at another place', async () => {
    const all = Array.from({ length: 13 }, (_, i) => Buffer.from([i]))
    const { read, range } = grow(all)
    for (let index = 0; index < 13; index++) {
      const found = await inclusionPath(index, 13, read)
      for (let other = 0; other < 13; other++) {
        const holds = verifyInclusion(leafHash(all[index]!), { index: other, size: 13, path: found }, range.root())
        expect([index, other, holds]).toEqual([index, other, index === other])
      }
    }
  })

  it.each([-1, 5])('is not given for place %i of 5', async (index) => {
    await expect(inclusionPath(index, 5, grow([]).read)).rejects.toThrow(RangeError)
  })
})

describe('a consistency proof', () => {
  it('is the proof that RFC 6962 defines, and holds for its own two trees only', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.nat(), async ({ all, oldSize, size }, any) => {
        const found = await consistencyPath(oldSize, size, grow(all).read)
        const oldRoot = mth(all.slice(0, oldSize))
        const root = mth(all.slice(0, size))
        expect(hexOf(found)).toEqual(hexOf(proof(oldSize, all.slice(0, size))))
        expect(verifyConsistency({ oldSize, size, path: found }, oldRoot, root)).toBe(true)

        const other = leafHash('other')
        expect(verifyConsistency({ oldSize, size, path: found }, other, root)).toBe(false)
        expect(verifyConsistency({ oldSize, size, path: found }, oldRoot, other)).toBe(false)
        expect(verifyConsistency({ oldSize, size, path: [...found, other] }, oldRoot, root)).toBe(false)
        if (found.length > 0) {
          expect(verifyConsistency({ oldSize, size, path: found.slice(1) }, oldRoot, root)).toBe(false)
          const bent = found.with(any % found.length, other)
          expect(verifyConsistency({ oldSize, size, path: bent }, oldRoot, root)).toBe(false)
        }
      }),
    )
  })

  it('is empty from the empty tree and from the tree itself', () => {
    const root = mth([Buffer.from('a')])
    expect(verifyConsistency({ oldSize: 0, size: 1, path: [] }, mth([]), root)).toBe(true)
    expect(verifyConsistency({ oldSize: 0, size: 1, path: [] }, root, root)).toBe(false)
    expect(verifyConsistency({ oldSize: 1, size: 1, path: [] }, root, root)).toBe(true)
    expect(verifyConsistency({ oldSize: 1, size: 1, path: [root] }, root, root)).toBe(false)
    expect(verifyConsistency({ oldSize: 2, size: 1, path: [] }, root, root)).toBe(false)
  })

  it.each([0, 6])('is not given from size %i to 5', async (oldSize) => {
    await expect(consistencyPath(oldSize, 5, grow([]).read)).rejects.toThrow(RangeError)
  })
})
