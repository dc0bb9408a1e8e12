import {execFile} from 'node:child_process'
import {cp, lstat, mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {npmCommand} from '../../scripts/install.js'
import {rootFolder, toolScript} from '../../scripts/processes.js'

const execute = promisify(execFile)

let folder = ''

/** The package as it would be published, in an app of its own that has nothing else of this repository. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepspace-example-'))
  await cp(`${rootFolder}examples/notes`, folder, {recursive: true})
  await npm(rootFolder, 'pack', '--ignore-scripts', '--pack-destination', folder)
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', `./${tarball}`)
}, 120_000)

afterAll(() => rm(folder, {recursive: true, force: true}))

test('the package is installed, not linked', async () => {
  expect((await lstat(join(folder, 'node_modules/keepspace'))).isSymbolicLink()).toBe(false)
})

test('the app fits the published types', async () => {
  await execute(process.execPath, [toolScript('tsc'), '-p', folder], {cwd: folder})
})

test('its model-based test passes, and is short', async () => {
  const {stdout} = await npm(folder, 'test')
  expect(stdout).toMatch(/1 passed/)
  const source = await readFile(join(folder, 'tests/note-page.test.tsx'), 'utf8')
  expect(source.split('\n').length).toBeLessThan(40)
})

test('it can be built', async () => {
  await npm(folder, 'run', 'build')
  expect(await readdir(join(folder, 'dist'))).toEqual(['assets', 'index.html'])
})

test('the published charts carry no descriptions, and nothing points to files that are not there', async () => {
  const installed = join(folder, 'node_modules/keepspace/dist')
  const names = await readdir(installed, {recursive: true})
  const sources = await Promise.all(
    names.filter((name) => name.endsWith('.js')).map((name) => readFile(join(installed, name), 'utf8')),
  )
  expect(sources.filter((source) => source.includes('sourceMappingURL'))).toEqual([])
  const charts = await Promise.all(
    names.filter((name) => name.endsWith('.machine.js')).map((name) => readFile(join(installed, name), 'utf8')),
  )
  expect(charts.length).toBeGreaterThan(3)
  expect(charts.filter((chart) => chart.includes('description:'))).toEqual([])
})

function npm(cwd: string, ...args: readonly string[]) {
  const [command, ...first] = npmCommand()
  return execute(command, [...first, ...args], {cwd, env: {...process.env, NO_COLOR: '1'}})
}
