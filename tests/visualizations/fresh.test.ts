import {readdir, readFile} from 'node:fs/promises'
import {describe, expect, test} from 'vitest'
import {createMachine} from 'xstate'
import {statesOf} from '../../src/machines/chart-places.ts'
import {charts} from '../../visualizations/generator/charts.ts'
import {stampOf} from '../../visualizations/generator/stamp.ts'
import {diagramTexts, expectedFiles, generatedTexts, pictureOf} from '../../visualizations/generator/texts.ts'

const folder = new URL('../../visualizations/', import.meta.url)

describe('after `npm run visualize`', () => {
  test.each([...generatedTexts()])('%s says what the charts say', async (name, text) => {
    expect(await readFile(new URL(name, folder), 'utf8')).toBe(text)
  })

  test.each([...diagramTexts()])('the picture of %s was drawn from its present text', async (name, text) => {
    const picture = await readFile(new URL(pictureOf(name), folder), 'utf8')
    expect(picture.split('\n', 1)).toEqual([stampOf(name, text)])
  })

  test('no file is left of a chart that is gone, and none is missing', async () => {
    const entries = await readdir(folder, {withFileTypes: true})
    const files = entries.filter((entry) => entry.isFile()).map(({name}) => name)
    expect(files.sort()).toEqual(expectedFiles())
  })

  test.each(charts)('the JSON of $name is a machine with the same states', async ({name, machine}) => {
    const definition = JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8'))
    const idsOf = (root: typeof machine.root) => statesOf(root).map(({id}) => id)
    expect(idsOf(createMachine(definition).root)).toEqual(idsOf(machine.root))
  })
})
