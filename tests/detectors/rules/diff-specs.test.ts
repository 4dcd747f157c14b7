import { expect, it } from 'vitest'
import { diffSpecs } from '../../../detectors/rules/book/diff-specs.ts'

it.each([
  ['a changed number', { above: 1 }, { above: 2 }, [{ path: '/above', before: 1, after: 2 }]],
  ['an added key', {}, { notes: 'n' }, [{ path: '/notes', after: 'n' }]],
  ['a key taken away', { notes: 'n' }, {}, [{ path: '/notes', before: 'n' }]],
  [
    'a key further down',
    { severities: { minor: 1, major: 2 } },
    { severities: { minor: 1, major: 3 } },
    [{ path: '/severities/major', before: 2, after: 3 }],
  ],
  ['a list, as a whole', { t: ['a', 'b'] }, { t: ['b', 'a'] }, [{ path: '/t', before: ['a', 'b'], after: ['b', 'a'] }]],
  ['a key with a slash', { 'a/b~': 1 }, {}, [{ path: '/a~1b~0', before: 1 }]],
  ['another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a new rule', null, { id: 'a' }, [{ path: '', after: { id: 'a' } }]],
  ['a removed rule', { id: 'a' }, null, [{ path: '', before: { id: 'a' } }]],
  ['nothing at all', null, null, []],
])('names %s', (_what, before, after, differences) => {
  expect(diffSpecs(before, after)).toEqual(differences)
})
