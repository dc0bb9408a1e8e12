import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {fileStorage} from '../../../src/file.ts'
import {recordName} from '../../../src/services/storage/file-record.ts'
import {committed, group, newFolder, relaxed, removeFoldersAfterwards} from './file-folders.ts'

removeFoldersAfterwards()

const damages: Record<string, (file: Buffer) => Uint8Array> = {
  'is empty': () => new Uint8Array(),
  'lost its last byte': (file) => file.subarray(0, -1),
  'ends in its first line': (file) => file.subarray(0, 30),
  'has one flipped bit in its value': (file) => withFlippedBit(file, file.length - 3),
  'has one flipped bit in its key': (file) => withFlippedBit(file, file.indexOf('head/a') + 5),
  'holds zeroes': (file) => new Uint8Array(file.length),
  'is text of somebody else': () => Buffer.from('hello\nworld'),
  'is of a later version': (file) => Buffer.from(file.toString().replace('"version":1', '"version":2')),
  'is the file of another key': () => Buffer.from('{"keepspace":"record","version":1,"key":"x","sha256":""}\n1'),
}

describe.each(Object.keys(damages))('a record file that %s', (kind) => {
  test('reads as a value without a revision and leaves all others readable', async () => {
    const {port, damaged} = await openDamaged(kind)
    const value = {damaged: true, base64: Buffer.from(damaged).toString('base64')}
    expect(await port.read([{key: 'head/a'}])).toEqual([[{key: 'head/a', value}]])
    expect(await port.readPrefix('head/b')).toEqual([{key: 'head/b', value: {revision: 1, commitId: 'head/b#1'}}])
    await port.close()
  })

  test('is not taken for nothing and not overwritten', async () => {
    const {port, path, damaged} = await openDamaged(kind)
    expect(await port.commit([group('head/a', 0), group('head/b', 1)], relaxed)).toEqual([
      {status: 'conflict', revision: -1, commitId: undefined},
      {status: 'committed'},
    ])
    await port.close()
    expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(damaged))
  })

  test('is set aside, as it is, by a write that knows of it', async () => {
    const {port, path, damaged, directory} = await openDamaged(kind)
    expect(await port.commit([group('head/a', -1)], relaxed)).toEqual(committed)
    await port.close()
    const aside = join(directory, 'set-aside', recordName('head/a'))
    expect(new Uint8Array(await readFile(aside))).toEqual(new Uint8Array(damaged))
    expect((await readFile(path, 'utf8')).endsWith('{"revision":1,"commitId":"head/a#0"}')).toBe(true)
  })
})

test('a folder in the place of a record file is damage of that record alone', async () => {
  const {port, path} = await openDamaged('is empty')
  await port.close()
  await rm(path)
  await mkdir(path)
  const reopened = await fileStorage({directory: join(path, '..', '..')}).open()
  expect(await reopened.read([{key: 'head/a'}])).toEqual([[{key: 'head/a', value: {damaged: true}}]])
  expect(await reopened.list('')).toEqual(['head/b'])
  await reopened.close()
})

test('a record file that somebody removed is absent', async () => {
  const {port, path} = await openDamaged('lost its last byte')
  await rm(path)
  expect(await port.read([{key: 'head/a'}, {prefix: 'head/'}])).toEqual([
    [],
    [{key: 'head/b', value: {revision: 1, commitId: 'head/b#1'}}],
  ])
  await port.close()
})

test('files of others in the folder of the records are left alone', async () => {
  const {port, path} = await openDamaged('is empty')
  await port.close()
  const foreign = join(path, '..', '.DS_Store')
  await writeFile(foreign, 'theirs')
  const reopened = await fileStorage({directory: join(path, '..', '..')}).open()
  expect(await reopened.list('')).toEqual(['head/b'])
  await reopened.close()
  expect(await readFile(foreign, 'utf8')).toBe('theirs')
})

test('no key reaches outside the folder, is too long, or meets another one', async () => {
  const parent = await newFolder()
  const directory = join(parent, 'store')
  const keys = [
    '../../outside',
    '..',
    '.',
    '',
    '/etc/passwd',
    'C:\\Windows\\system.ini',
    '..%2f..%2foutside',
    'with\u0000nul',
    'con',
    'CASE',
    'case',
    'é',
    'e\u0301',
    '\ud800',
    '\ud801',
    'x'.repeat(100_000),
  ]
  const port = await fileStorage({directory}).open()
  const puts = keys.map((key, index) => ({key, value: index}))
  expect(await port.commit([group('head/a', 0, puts)], relaxed)).toEqual(committed)
  await port.close()

  expect(await readdir(parent)).toEqual(['store'])
  const names = await readdir(join(directory, 'records'))
  expect(names.filter((name) => !/^[0-9a-f]{64}\.record$/.test(name))).toEqual([])
  expect(names).toHaveLength(keys.length + 1)
  const reopened = await fileStorage({directory}).open()
  expect(await reopened.read(keys.map((key) => ({key})))).toEqual(puts.map((put) => [put]))
  await reopened.close()
})

test.each([
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['a number that is none', Number.NaN],
  ['a hole', [undefined]],
  ['a big integer', 1n],
  ['nothing', undefined],
  ['a symbol', {inside: Symbol('x')}],
])('a value that JSON does not keep is refused instead of changed: %s', async (_, value) => {
  const port = await fileStorage({directory: await newFolder()}).open()
  const commit = port.commit([group('head/a', 0, [{key: 'c/a', value}])], relaxed)
  await expect(commit).rejects.toMatchObject({code: 'storage.unavailable', detail: 'TypeError'})
  expect(await port.list('')).toEqual([])
  await port.close()
})

async function openDamaged(kind: string) {
  const directory = await newFolder()
  const first = await fileStorage({directory}).open()
  await first.commit([group('head/a', 0), group('head/b', 0)], relaxed)
  await first.close()
  const path = join(directory, 'records', recordName('head/a'))
  const damaged = damages[kind]?.(await readFile(path)) ?? new Uint8Array()
  await writeFile(path, damaged)
  return {directory, path, damaged, port: await fileStorage({directory}).open()}
}

function withFlippedBit(file: Buffer, offset: number): Uint8Array {
  const changed = Buffer.from(file)
  changed[offset] = (changed[offset] ?? 0) ^ 1
  return changed
}
