import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createTextFile } from '../../storage/text-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

it('a text file is not there at first, and then holds the last text whole, with nothing beside it', async () => {
  const folder = await temporaryFolder()
  const file = createTextFile(join(folder, 'subscribers.json'))
  expect(await file.load()).toBeNull()
  await file.save('one')
  await file.save('two')
  expect(await file.load()).toBe('two')
  expect(await readdir(folder)).toEqual(['subscribers.json'])
})
