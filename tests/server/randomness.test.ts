import {readdir, readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'

/** What is published, and what decides its ids: the packages that it takes random characters from. */
const folders = ['dist', 'server/dist', 'node_modules/nanoid']
const rootFolder = new URL('../../', import.meta.url)

test('nothing that is published, and nothing its ids are made of, uses a random number that can be guessed', async () => {
  const found: string[] = []
  let read = 0
  for (const folder of folders) {
    for (const name of await readdir(new URL(folder, rootFolder), {recursive: true})) {
      // The part of that package that says of itself that it is not for ids, and that nothing imports.
      if (/\.(js|cjs|mjs)$/.test(name) && !name.startsWith('non-secure')) {
        read += 1
        const text = await readFile(new URL(`${folder}/${name}`, rootFolder), 'utf8')
        found.push(
          ...(/Math\s*\.\s*random|Math\[/.test(text) ? [`${folder}/${name}`] : []),
          ...(text.includes('nanoid/non-secure') ? [`${folder}/${name} imports it`] : []),
        )
      }
    }
  }
  expect([read > 100, found]).toEqual([true, []])
})
