import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {engineOf} from '../../src/host/engines.ts'
import {defineComponent} from '../../src/model/component-definition.ts'
import type {EntryContent} from '../../src/model/content.ts'
import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const entry = 'entry' as EntryId

/** Two workspaces of one entry, with a note in each. */
async function startTwo() {
  const started = await startWithNote({}, ['a', 'b'])
  const {keepspace, time, component} = started
  component.set({text: 'first'})
  keepspace.open('b').add(note, {id: 'n2', state: {text: 'second'}, layout: {x: 7, y: 8}})
  await time.advanceAsync(1_500)
  return started
}

describe('an export', () => {
  test('holds what is unsaved too, and comes back as a new entry with the same content', async () => {
    const {keepspace, time, component, again} = await startTwo()
    component.set({text: 'typed just now'})
    const {file, leftOut} = await finish(time, keepspace.files.export())
    expect(leftOut).toEqual([])
    const [made] = await finish(time, keepspace.files.import(JSON.stringify(file)))
    const copy = await finish(time, keepspace.files.export({entries: [made as string]}))
    expect(withoutIds(copy.file.entries[0])).toEqual(withoutIds(file.entries[0]))
    const later = await again()
    expect(withoutIds((await finish(time, later.files.export({entries: [made as string]}))).file.entries[0])).toEqual(
      withoutIds(file.entries[0]),
    )
  })

  test('of one workspace holds that one alone', async () => {
    const {keepspace, time} = await startTwo()
    const {file} = await finish(time, keepspace.files.export({workspaces: ['b']}))
    expect(file.entries.map(({title, workspaces}) => [title, workspaces.map(({id}) => id)])).toEqual([['b', ['b']]])
  })

  test('keeps components of a type this app does not know', async () => {
    const {keepspace, time, again} = await startTwo()
    const older = await again({components: [timer]})
    const {file} = await finish(time, older.files.export())
    expect(file.entries).toEqual((await finish(time, keepspace.files.export())).file.entries)
  })

  test('names what it cannot read, and leaves it out', async () => {
    const {keepspace, time, storage} = await startTwo()
    const port = await storage.target.open()
    const [record] = await port.readPrefix('scope/test%2Flocal/c/b/n2/state')
    const damaged = {...(record?.value as object), json: '{"text":'}
    await port.commit(
      [
        {
          commitId: 'damage' as never,
          expect: {key: 'other', revision: 0},
          puts: [{key: record?.key ?? '', value: damaged}],
          deletes: [],
        },
      ],
      {durability: 'relaxed'},
    )
    const {file, leftOut} = await finish(time, keepspace.files.export())
    expect(leftOut).toEqual([{workspaceId: 'b', componentId: 'n2', record: 'state'}])
    expect(file.entries[0]?.workspaces.map(({components}) => components.length)).toEqual([1, 0])
  })
})

describe('an import', () => {
  test.each([
    ['is not JSON', '{', 'value.invalid'],
    ['is another file', '{}', 'value.invalid'],
    ['is of a later form', {keepspace: 'export', formatVersion: 2, exportedAt: 1, entries: []}, 'record.newer'],
    [
      'is sound only at first',
      {
        keepspace: 'export',
        formatVersion: 1,
        exportedAt: 1,
        entries: [
          {formatVersion: 1, title: 'good', workspaces: []},
          {formatVersion: 1, title: 'bad', workspaces: [{id: 'w', title: 't', components: [{id: ''}]}]},
        ],
      },
      'value.invalid',
    ],
  ])('of a file that %s adds nothing', async (_, file, code) => {
    const {keepspace, time} = await startTwo()
    await expect(finish(time, keepspace.files.import(file))).rejects.toMatchObject({code})
    expect(keepspace.catalogue.getSnapshot().entries.map(({title}) => title)).toEqual(['Entry'])
  })

  test('with a component that is too large leaves nothing but an entry in the trash', async () => {
    const {keepspace, time} = await startTwo()
    const {file} = await finish(time, keepspace.files.export())
    const importing = keepspace.files.import({
      ...file,
      entries: file.entries.map((content) => ({
        ...content,
        workspaces: [...content.workspaces, {id: 'big', title: 'big', components: [huge]}],
      })),
    })
    await expect(finish(time, importing)).rejects.toMatchObject({code: 'value.tooLarge'})
    const {entries, trashedEntries} = keepspace.catalogue.getSnapshot()
    expect([entries.length, trashedEntries.length]).toEqual([1, 1])
  })
})

describe('replacing the content of an entry', () => {
  test('is followed by what is open, marks what is gone as deleted and keeps what cannot be read', async () => {
    const {keepspace, time, component, again} = await startTwo()
    const {contents} = engineOf(keepspace)
    const {content, names, revisions} = await finish(time, contents.read(entry))
    const changed = edited(content, {text: 'from elsewhere'})
    await finish(time, contents.replace(entry, changed, names, revisions))
    await time.advanceAsync(500)
    expect(component.getState()).toEqual({text: 'from elsewhere'})
    const later = await again()
    await later.whenReady('b')
    expect(later.workspace('b').getComponents()).toEqual([])
    later.workspace('b').undelete('n2')
    expect(later.workspace('b').component(note, 'n2').getState()).toEqual({text: 'second'})
  })

  test('writes nothing where nothing differs', async () => {
    const {keepspace, time, log} = await startTwo()
    const {contents} = engineOf(keepspace)
    const {content, names, revisions} = await finish(time, contents.read(entry))
    const replaced = await finish(time, contents.replace(entry, content, names, revisions))
    const before = log.commits.length
    await finish(time, contents.replace(entry, content, names, replaced.revisions))
    const heads = log.commits.slice(before).flatMap(({groups}) => groups.map(({expect: {key}}) => key))
    expect(heads.filter((key) => key.includes('head/'))).toEqual([])
  })

  test('replaces nothing that was stored since it was read', async () => {
    const {keepspace, time, component} = await startTwo()
    const {contents} = engineOf(keepspace)
    const {content, names, revisions} = await finish(time, contents.read(entry))
    component.set({text: 'typed'})
    await finish(time, keepspace.flush())
    await expect(
      finish(time, contents.replace(entry, edited(content, {text: 'from elsewhere'}), names, revisions)),
    ).rejects.toMatchObject({code: 'revision.conflict'})
    expect(component.getState()).toEqual({text: 'typed'})
  })

  test('puts a workspace that is gone into the trash and adds one that is new', async () => {
    const {keepspace, time} = await startTwo()
    const {contents} = engineOf(keepspace)
    const {content, names: before, revisions} = await finish(time, contents.read(entry))
    const [first] = content.workspaces
    const added = {id: 'elsewhere', title: 'Added', components: []}
    const {names} = await finish(
      time,
      contents.replace(entry, {...content, workspaces: first === undefined ? [] : [added, first]}, before, revisions),
    )
    const {workspaces, trashedWorkspaces} = keepspace.catalogue.getSnapshot()
    expect(workspaces.map(({title}) => title)).toEqual(['Added', 'a'])
    expect(trashedWorkspaces.map(({id}) => id)).toEqual(['b'])
    expect(names).toEqual({elsewhere: workspaces[0]?.id, a: 'a' as WorkspaceId})
  })
})

const plain = defineComponent({type: 'plain', version: 1, schema: v.looseObject({}), initial: {}})

const huge = {
  id: 'huge',
  type: plain.type,
  schemaVersion: 1,
  editableFrom: 1,
  records: {state: {text: 'x'.repeat(1_600_000)}},
}

/** The first note says something else, the second workspace is empty. */
function edited(content: EntryContent, state: {readonly text: string}): EntryContent {
  const [first, second] = content.workspaces
  return first === undefined || second === undefined
    ? content
    : {
        ...content,
        workspaces: [
          {...first, components: first.components.map((component) => ({...component, records: {state}}))},
          {...second, components: []},
        ],
      }
}

function withoutIds(content: EntryContent | undefined): unknown {
  return content && {...content, workspaces: content.workspaces.map(({id: _, ...rest}) => rest)}
}
