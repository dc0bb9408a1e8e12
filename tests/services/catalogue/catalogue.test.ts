import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import {entry, startCatalogue, startCatalogueWith, workspace} from '../../support/start-catalogue.ts'

const e = entry('e')
const a = workspace('a')
const b = workspace('b')

describe('creating', () => {
  test('an entry and workspaces: listed in order, the first one is the default, all of it stored', async () => {
    const {catalogue, titles, storedHead} = await startCatalogueWith(['a', 'b'])
    expect(catalogue.getSnapshot()).toEqual({
      phase: 'ready',
      error: undefined,
      entries: [
        {
          id: 'e',
          title: 'Entry',
          createdAt: 1_000,
          trashedAt: undefined,
          defaultWorkspaceId: 'a',
          workspaceCount: 2,
          isPinned: false,
        },
      ],
      workspaces: [
        expect.objectContaining({id: 'a', entryId: 'e', title: 'a', isDefault: true, componentCount: 0, bytes: 0}),
        expect.objectContaining({id: 'b', isDefault: false}),
      ],
      trashedEntries: [],
      trashedWorkspaces: [],
      unreadable: [],
    })
    expect(titles()).toEqual(['a', 'b'])
    expect(await storedHead('a')).toMatchObject({formatVersion: 1, revision: 1, createdAt: 1_000, updatedAt: 1_000})
  })

  test('is the same for a second tab after it reads again, and not before', async () => {
    const first = await startCatalogue()
    const second = await first.otherTab()
    await first.run(({createEntry}) => createEntry({title: 'Entry', id: 'e'}))
    expect(second.catalogue.getSnapshot().entries).toEqual([])
    await second.catalogue.refresh()
    expect(second.catalogue.getSnapshot()).toEqual(first.catalogue.getSnapshot())
  })

  test('under an id that exists is refused, and what is there stays', async () => {
    const {run, storedHead} = await startCatalogueWith(['a'])
    const again = run(({createWorkspace}) => createWorkspace({entryId: e, title: 'other', id: 'a'}))
    await expect(again).rejects.toMatchObject({code: 'revision.conflict'})
    expect(await storedHead('a')).toMatchObject({title: 'a', revision: 1})
  })

  test('a workspace in an entry that does not exist is refused', async () => {
    const {run} = await startCatalogue()
    await expect(run(({createWorkspace}) => createWorkspace({entryId: e, title: 'x'}))).rejects.toMatchObject({
      code: 'notFound',
    })
  })

  test('several at once gives them an order, and the entry one default', async () => {
    const {run, catalogue} = await startCatalogueWith([])
    await run(({createWorkspace}) =>
      Promise.all(['x', 'y', 'z'].map((id) => createWorkspace({entryId: e, title: id, id}))),
    )
    const {workspaces} = catalogue.getSnapshot()
    expect(workspaces.map(({title, isDefault}) => [title, isDefault])).toEqual([
      ['x', true],
      ['y', false],
      ['z', false],
    ])
  })
})

describe('titles', () => {
  test.each([
    ['  spaced  ', 'spaced'],
    ['', 'Untitled'],
    [' \n ', 'Untitled'],
    ['line\nbreak', 'line break'],
    ['over\u202eride', 'over ride'],
    ['x'.repeat(201), 'x'.repeat(200)],
    [`${'x'.repeat(199)}😀`, `${'x'.repeat(199)}\ufffd`],
  ])('%j becomes %j', async (given, title) => {
    const {run, titles, catalogue} = await startCatalogueWith(['a'])
    await run(({renameWorkspace}) => renameWorkspace(a, given))
    await run(({renameEntry}) => renameEntry(e, given))
    expect([titles()[0], catalogue.getSnapshot().entries[0]?.title]).toEqual([title, title])
  })
})

describe('order', () => {
  test('workspaces go before one another, or last', async () => {
    const {run, titles, catalogue} = await startCatalogueWith(['a', 'b', 'c'])
    await run(({reorderWorkspace}) => reorderWorkspace(workspace('c'), a))
    expect(titles()).toEqual(['c', 'a', 'b'])
    await run(({reorderWorkspace}) => reorderWorkspace(workspace('c'), b))
    expect(titles()).toEqual(['a', 'c', 'b'])
    await run(({reorderWorkspace}) => reorderWorkspace(a, undefined))
    expect(titles()).toEqual(['c', 'b', 'a'])
    await expect(run(({reorderWorkspace}) => reorderWorkspace(a, workspace('x')))).rejects.toMatchObject({
      code: 'notFound',
    })
    expect(catalogue.getSnapshot().workspaces.map(({id}) => id)).toEqual(['c', 'b', 'a'])
  })

  test('entries go before one another, with their workspaces', async () => {
    const {run, titles, catalogue} = await startCatalogueWith(['a'])
    await run(({createEntry}) => createEntry({title: 'Second', id: 'f'}))
    await run(({createWorkspace}) => createWorkspace({entryId: entry('f'), title: 'of f', id: 'x'}))
    await run(({reorderEntry}) => reorderEntry(entry('f'), e))
    expect({entries: catalogue.getSnapshot().entries.map(({id}) => id), titles: titles()}).toEqual({
      entries: ['f', 'e'],
      titles: ['of f', 'a'],
    })
    await run(({reorderEntry}) => reorderEntry(entry('f'), undefined))
    expect(catalogue.getSnapshot().entries.map(({id}) => id)).toEqual(['e', 'f'])
  })

  test('a workspace moved to another entry is its last', async () => {
    const {run, titles, catalogue} = await startCatalogueWith(['a', 'b'])
    await run(({createEntry}) => createEntry({title: 'Second', id: 'f'}))
    await run(({createWorkspace}) => createWorkspace({entryId: entry('f'), title: 'x', id: 'x'}))
    await run(({moveWorkspace}) => moveWorkspace(a, entry('f')))
    expect(titles()).toEqual(['b', 'x', 'a'])
    expect(catalogue.getSnapshot().entries.map(({workspaceCount}) => workspaceCount)).toEqual([1, 2])
    await expect(run(({moveWorkspace}) => moveWorkspace(a, entry('none')))).rejects.toMatchObject({code: 'notFound'})
  })
})

describe('the default workspace', () => {
  test('is chosen by hand after the first one', async () => {
    const {run, catalogue} = await startCatalogueWith(['a', 'b'])
    await run(({setDefaultWorkspace}) => setDefaultWorkspace(b))
    expect(catalogue.getSnapshot().workspaces.map(({isDefault}) => isDefault)).toEqual([false, true])
    await run(({createWorkspace}) => createWorkspace({entryId: e, title: 'c', id: 'c'}))
    expect(catalogue.getSnapshot().entries[0]?.defaultWorkspaceId).toBe('b')
  })
})

describe('a duplicate', () => {
  test('holds every record, also those nobody here can read, and stands beside its original', async () => {
    const {run, put, stored, titles, catalogue} = await startCatalogueWith(['a', 'b'])
    const records = {
      'c/a/n1/state': {json: '{"text":"x"}'},
      'c/a/n1/.layout': 'damaged',
      'c/a/n2/.tombstone': {deletedAt: 4},
      'c/a/n%2F3/more/parts': {from: 'a later version'},
      'c/a/n4/%00': 7,
    }
    for (const [key, value] of Object.entries(records)) {
      await put(key, value)
    }
    await put('c/ab/n1/state', {json: 'of another workspace'})
    const copyId = await run(({duplicateWorkspace}) => duplicateWorkspace(a))
    expect(Object.fromEntries((await stored(`c/${copyId}/`)).map(({key, value}) => [key, value]))).toEqual(
      Object.fromEntries(Object.entries(records).map(([key, value]) => [key.replace('c/a/', `c/${copyId}/`), value])),
    )
    expect(titles()).toEqual(['a', 'a copy', 'b'])
    expect(catalogue.getSnapshot().workspaces.map(({isDefault}) => isDefault)).toEqual([true, false, false])
    await run(({duplicateWorkspace}) => duplicateWorkspace(b, 'Named'))
    expect(titles()).toEqual(['a', 'a copy', 'b', 'Named'])
  })

  test('of a workspace in memory is made after its newest version was saved', async () => {
    const {run, hot, asked} = await startCatalogueWith(['a'])
    hot.add(a)
    await run(({duplicateWorkspace}) => duplicateWorkspace(a))
    expect(asked).toEqual(['save a'])
  })

  test('is made although two tabs gave its neighbours the same place', async () => {
    const first = await startCatalogueWith([])
    const second = await first.otherTab()
    await first.run(({createWorkspace}) => createWorkspace({entryId: e, title: 'a', id: 'a'}))
    await second.run(({createWorkspace}) => createWorkspace({entryId: e, title: 'b', id: 'b'}))
    await first.catalogue.refresh()
    await first.run(({duplicateWorkspace}) => duplicateWorkspace(a))
    await first.run(({reorderWorkspace}) => reorderWorkspace(b, a))
    expect(first.titles()).toContain('a copy')
  })
})

describe('the trash', () => {
  test('a workspace in it is not listed and comes back as it was', async () => {
    const {run, titles, catalogue, storedHead} = await startCatalogueWith(['a', 'b'])
    await run(({deleteWorkspace}) => deleteWorkspace(a))
    expect({titles: titles(), trash: catalogue.getSnapshot().trashedWorkspaces.map(({id}) => id)}).toEqual({
      titles: ['b'],
      trash: ['a'],
    })
    expect(catalogue.getSnapshot().entries[0]?.workspaceCount).toBe(1)
    expect((await storedHead('a'))?.trashedAt).toBe(1_000)
    await run(({restoreWorkspace}) => restoreWorkspace(a))
    expect(titles()).toEqual(['a', 'b'])
  })

  test('an entry in it takes its workspaces along, and brings them back but for those deleted on their own', async () => {
    const {run, titles, catalogue} = await startCatalogueWith(['a', 'b'])
    await run(({deleteWorkspace}) => deleteWorkspace(a))
    await run(({deleteEntry}) => deleteEntry(e))
    const {entries, workspaces, trashedEntries, trashedWorkspaces} = catalogue.getSnapshot()
    expect([entries, workspaces, trashedEntries.map(({id}) => id), trashedWorkspaces]).toEqual([[], [], ['e'], []])
    await run(({restoreEntry}) => restoreEntry(e))
    expect(titles()).toEqual(['b'])
  })

  test('emptied, deletes every record of what is in it and of nothing else, and leaves a word that it was a person', async () => {
    const {run, put, stored, catalogue} = await startCatalogueWith(['a', 'b'])
    await run(({createEntry}) => createEntry({title: 'Second', id: 'f'}))
    await run(({createWorkspace}) => createWorkspace({entryId: entry('f'), title: 'x', id: 'x'}))
    for (const key of ['c/a/n1/state', 'c/a/n1/.layout', 'c/b/n1/state', 'c/x/n1/odd/key']) {
      await put(key, {})
    }
    await run(({deleteWorkspace}) => deleteWorkspace(a))
    await run(({deleteEntry}) => deleteEntry(entry('f')))
    await run(({emptyTrash}) => emptyTrash())
    expect((await stored('')).map(({key}) => key)).toEqual([
      'c/b/n1/state',
      'entry/e',
      'gone-entry/f',
      'gone/a',
      'gone/x',
      'head/b',
    ])
    expect(catalogue.getSnapshot()).toMatchObject({trashedEntries: [], trashedWorkspaces: [], workspaces: [{id: 'b'}]})
  })

  test('emptied, leaves alone a workspace that another tab restored', async () => {
    const first = await startCatalogueWith(['a'])
    await first.run(({deleteWorkspace}) => deleteWorkspace(a))
    const second = await first.otherTab()
    await second.run(({restoreWorkspace}) => restoreWorkspace(a))
    await first.run(({emptyTrash}) => emptyTrash())
    expect(await first.storedHead('a')).toMatchObject({title: 'a', revision: 3})
    expect(first.titles()).toEqual(['a'])
  })

  test('emptied, leaves alone every workspace of an entry that another tab restored', async () => {
    const first = await startCatalogueWith(['a'])
    await first.put('c/a/n1/state', {})
    await first.run(({deleteEntry}) => deleteEntry(e))
    const second = await first.otherTab()
    await second.run(({restoreEntry}) => restoreEntry(e))
    await first.run(({emptyTrash}) => emptyTrash())
    expect((await first.stored('')).map(({key}) => key)).toEqual(['c/a/n1/state', 'entry/e', 'head/a'])
  })

  test('emptied at the moment another tab restores an entry, leaves its workspaces alone', async () => {
    const {catalogue, run, time, waiting, stored, put, commitNext} = await startCatalogueWith(['a'])
    await run(({deleteEntry}) => deleteEntry(e))
    const emptied = catalogue.emptyTrash()
    const refused = expect(emptied).rejects.toMatchObject({code: 'revision.conflict'})
    await time.settle()
    expect(waiting()).toBe(1)
    const trashed = (await stored('entry/e'))[0]?.value as object
    await put('entry/e', {...trashed, trashedAt: undefined, revision: 9, commitId: 'theirs'})
    await commitNext()
    await refused
    expect((await stored('')).map(({key}) => key)).toEqual(['entry/e', 'head/a'])
  })
})

describe('workspaces in memory', () => {
  test('change their heads themselves, and leave memory before they go into the trash', async () => {
    const {run, hot, asked, storedHead} = await startCatalogueWith(['a', 'b'])
    hot.add(a)
    await run(({renameWorkspace}) => renameWorkspace(a, 'New'))
    await run(({reorderWorkspace}) => reorderWorkspace(a, undefined))
    await run(({moveWorkspace}) => moveWorkspace(a, e))
    await run(({restoreWorkspace}) => restoreWorkspace(a))
    expect(asked).toEqual([
      'setHead a {"title":"New"}',
      expect.stringMatching(/^setHead a \{"order":"\w+"\}$/),
      expect.stringMatching(/^setHead a \{"entryId":"e","order":"\w+"\}$/),
      'setHead a {}',
    ])
    expect(await storedHead('a')).toMatchObject({title: 'a', revision: 1})
    asked.length = 0
    await run(({deleteWorkspace}) => deleteWorkspace(a))
    hot.add(b)
    await run(({deleteEntry}) => deleteEntry(e))
    expect(asked).toEqual(['unload a', 'unload b'])
  })

  test('tell their new heads', async () => {
    const {catalogue, titles} = await startCatalogueWith(['a'])
    const head = catalogue.head(a)
    catalogue.noteHead({...(head as NonNullable<typeof head>), title: 'Saved', componentCount: 3})
    expect({titles: titles(), count: catalogue.getSnapshot().workspaces[0]?.componentCount}).toEqual({
      titles: ['Saved'],
      count: 3,
    })
  })
})

describe('another tab', () => {
  test('that was first is built upon: both changes stay', async () => {
    const first = await startCatalogueWith(['a', 'b'])
    const second = await first.otherTab()
    await first.run(({renameWorkspace}) => renameWorkspace(a, 'Renamed'))
    await first.run(({renameEntry}) => renameEntry(e, 'Renamed entry'))
    await second.run(({reorderWorkspace}) => reorderWorkspace(a, undefined))
    await second.run(({setDefaultWorkspace}) => setDefaultWorkspace(b))
    expect(second.titles()).toEqual(['b', 'Renamed'])
    expect(second.catalogue.getSnapshot().entries[0]).toMatchObject({title: 'Renamed entry', defaultWorkspaceId: 'b'})
    await first.catalogue.refresh()
    expect(first.catalogue.getSnapshot()).toEqual(second.catalogue.getSnapshot())
  })

  test.each([
    ['put it into the trash', 'a restore', {trashedAt: 7}, 'restoreWorkspace'],
    ['pinned it', 'taking a pin off', {isPinned: true}, 'unpin'],
  ] as const)('that %s meanwhile is not undone by %s that had not seen it so', async (_, __, theirs, what) => {
    const {catalogue, commitNext, put, storedHead, time, waiting} = await startCatalogueWith(['a'])
    const stored = await storedHead('a')
    const asked = what === 'unpin' ? catalogue.setWorkspacePinned(a, false) : catalogue.restoreWorkspace(a)
    await time.settle()
    expect(waiting()).toBe(1)
    await put('head/a', {...stored, ...theirs, revision: 2, commitId: 'theirs'})
    await commitNext()
    await asked
    expect(await storedHead('a')).toMatchObject({...theirs, revision: 2})
    expect(catalogue.head(a)).toMatchObject(theirs)
  })

  test('that put an entry into the trash meanwhile is not undone either', async () => {
    const {catalogue, commitNext, put, stored, time} = await startCatalogueWith(['a'])
    const before = (await stored('entry/e'))[0]?.value as object
    const restored = catalogue.restoreEntry(e)
    await time.settle()
    await put('entry/e', {...before, trashedAt: 7, revision: 9, commitId: 'theirs'})
    await commitNext()
    await restored
    expect((await stored('entry/e'))[0]?.value).toMatchObject({trashedAt: 7, revision: 9})
  })

  test('that put it into the trash unheard is undone by a restore: whoever asks may have been told by a load', async () => {
    const first = await startCatalogueWith(['a'])
    const second = await first.otherTab()
    await first.run(({deleteWorkspace}) => deleteWorkspace(a))
    await second.run(({restoreWorkspace}) => restoreWorkspace(a))
    expect((await first.storedHead('a'))?.trashedAt).toBeUndefined()
  })

  test('is not this one: what is put into the trash and taken out in one breath is out', async () => {
    const {run, storedHead} = await startCatalogueWith(['a'])
    await run(({deleteWorkspace, restoreWorkspace}) => Promise.all([deleteWorkspace(a), restoreWorkspace(a)]))
    expect((await storedHead('a'))?.trashedAt).toBeUndefined()
  })

  test('that deleted it for good is believed', async () => {
    const first = await startCatalogueWith(['a'])
    const second = await first.otherTab()
    await first.run(({deleteWorkspace}) => deleteWorkspace(a))
    await first.run(({emptyTrash}) => emptyTrash())
    await expect(second.run(({renameWorkspace}) => renameWorkspace(a, 'x'))).rejects.toMatchObject({code: 'notFound'})
    expect(second.titles()).toEqual([])
  })

  test('that is first again and again is given way to after a few tries', async () => {
    const {catalogue, commitNext, put, storedHead, time} = await startCatalogueWith(['a'])
    const stored = await storedHead('a')
    const renamed = catalogue.renameWorkspace(a, 'mine')
    const refused = expect(renamed).rejects.toMatchObject({code: 'revision.conflict'})
    for (let revision = 2; revision < 10; revision++) {
      await put('head/a', {...stored, title: 'theirs', revision, commitId: 'theirs'})
      await commitNext()
      await time.settle()
    }
    await refused
    expect(await storedHead('a')).toMatchObject({title: 'theirs', revision: 9})
  })
})

describe('heads that cannot be read', () => {
  test('are named, left alone, and do not hide the others', async () => {
    const {catalogue, put, run, stored} = await startCatalogueWith(['a', 'b'])
    await put('head/a', {title: 'half a head', revision: 1, commitId: 'x'})
    await put('entry/odd', 'damaged')
    await catalogue.refresh()
    expect(catalogue.getSnapshot()).toMatchObject({unreadable: ['head/a', 'entry/odd'], workspaces: [{id: 'b'}]})
    await expect(run(({renameWorkspace}) => renameWorkspace(a, 'x'))).rejects.toMatchObject({code: 'notFound'})
    await run(({emptyTrash}) => emptyTrash())
    expect((await stored('head/a'))[0]?.value).toEqual({title: 'half a head', revision: 1, commitId: 'x'})
  })

  test('and turn out so while they are changed are not overwritten', async () => {
    const {put, run, storedHead} = await startCatalogueWith(['a'])
    await put('head/a', 'damaged')
    await expect(run(({renameWorkspace}) => renameWorkspace(a, 'x'))).rejects.toMatchObject({code: 'notFound'})
    expect(await storedHead('a')).toBe('damaged')
  })

  test('what a later version wrote into a head stays through a change', async () => {
    const {put, run, storedHead, catalogue} = await startCatalogueWith(['a'])
    await put('head/a', {...(await storedHead('a')), later: {x: 1}})
    await catalogue.refresh()
    await run(({renameWorkspace}) => renameWorkspace(a, 'New'))
    expect(await storedHead('a')).toMatchObject({title: 'New', later: {x: 1}})
  })

  test('heads and entries in a newer format are listed, and not changed from here', async () => {
    const {put, run, stored, storedHead, catalogue} = await startCatalogueWith(['a'])
    const newerHead = {...(await storedHead('a')), formatVersion: 9}
    const [entryRecord] = await stored('entry/')
    const newerEntry = {...(entryRecord?.value as object), formatVersion: 9}
    await put('head/a', newerHead)
    await put('entry/e', newerEntry)
    await catalogue.refresh()
    expect(catalogue.getSnapshot()).toMatchObject({entries: [{id: 'e'}], workspaces: [{id: 'a'}]})
    for (const change of [
      () => run(({renameWorkspace}) => renameWorkspace(a, 'New')),
      () => run(({renameEntry}) => renameEntry(entry('e'), 'New')),
    ]) {
      await expect(change()).rejects.toMatchObject({code: 'record.newer'})
    }
    expect([await storedHead('a'), (await stored('entry/'))[0]?.value]).toEqual([newerHead, newerEntry])
  })

  test('and a damaged order keep nobody from creating, duplicating, moving and reordering', async () => {
    const {put, run, stored, storedHead, catalogue} = await startCatalogueWith(['a', 'b'])
    const [entryRecord] = await stored('entry/')
    await put('head/a', {...(await storedHead('a')), order: '??'})
    await put('entry/e', {...(entryRecord?.value as object), order: ''})
    await catalogue.refresh()
    await run(({createWorkspace}) => createWorkspace({entryId: entry('e'), title: 'C', id: 'c'}))
    const copy = await run(({duplicateWorkspace}) => duplicateWorkspace(a))
    const other = await run(({createEntry}) => createEntry({title: 'Other', id: 'f'}))
    await run(({reorderEntry}) => reorderEntry(other, entry('e')))
    await run(({reorderWorkspace}) => reorderWorkspace(workspace('b'), a))
    await run(({reorderWorkspace}) => reorderWorkspace(a, undefined))
    await run(({moveWorkspace}) => moveWorkspace(workspace('c'), other))
    const {workspaces} = catalogue.getSnapshot()
    expect(workspaces.map(({id}) => id).sort()).toEqual(['a', 'b', 'c', copy].sort())
    expect(workspaces.filter(({entryId}) => entryId === 'e').at(-1)?.id).toBe('a')
  })
})

describe('storage that fails', () => {
  const offline = new KeepspaceError('storage.unavailable', 'offline')

  test('while the catalogue is read leaves what is known, and says so', async () => {
    const {catalogue, faults, titles} = await startCatalogueWith(['a'])
    faults.fail('read', offline)
    await catalogue.refresh()
    expect({phase: catalogue.getSnapshot().phase, error: catalogue.getSnapshot().error, titles: titles()}).toEqual({
      phase: 'failed',
      error: offline.report,
      titles: ['a'],
    })
    await catalogue.refresh()
    expect(catalogue.getSnapshot()).toMatchObject({phase: 'ready', error: undefined})
  })

  test('during a change changes nothing', async () => {
    const {run, faults, titles} = await startCatalogueWith(['a'])
    faults.fail('commit', offline)
    await expect(run(({renameWorkspace}) => renameWorkspace(a, 'New'))).rejects.toBe(offline)
    expect(titles()).toEqual(['a'])
  })
})

describe('its snapshot', () => {
  test('is the same object until something changes, and each change is announced', async () => {
    const {catalogue, run} = await startCatalogueWith(['a'])
    const before = catalogue.getSnapshot()
    let calls = 0
    const stop = catalogue.subscribe(() => void calls++)
    expect(catalogue.getSnapshot()).toBe(before)
    await run(({renameWorkspace}) => renameWorkspace(a, 'New'))
    stop()
    await run(({renameWorkspace}) => renameWorkspace(a, 'Newer'))
    expect({calls, isNew: catalogue.getSnapshot() !== before}).toEqual({calls: 1, isNew: true})
  })
})
