import {describe, expect, test} from 'vitest'
import type {EntryContent} from '../../src/model/content.ts'
import {KeepspaceError, type KeepspaceErrorCode} from '../../src/model/errors.ts'
import {note} from '../support/definitions.ts'
import {startSession} from '../support/start-session.ts'

/** A note that was changed here, and saved to the same session by another device. */
async function startConflict() {
  let fault: KeepspaceErrorCode | undefined
  const world: World = await startSession(
    {},
    {
      updateSession: (...asked) =>
        fault === undefined ? world.fake.server.updateSession(...asked) : Promise.reject(new KeepspaceError(fault)),
    },
  )
  await world.becomes('saved')
  await world.write('mine')
  await world.becomes('changed')
  const putThere = async (text: string) => {
    const content = world.fake.sessions.get('s1')?.content as EntryContent
    await world.fake.put('s1', 'Plans', withText(content, text))
  }
  await putThere('theirs')
  expect(await world.sessions.save(world.entryId)).toMatchObject({status: 'conflict'})
  const failUpdates = (code: KeepspaceErrorCode) => {
    fault = code
  }
  return {...world, putThere, failUpdates}
}

type World = Awaited<ReturnType<typeof startSession>>

/** Does what `between` does while the server takes its time to answer. */
async function whileAsked<Answer>({fake}: World, ask: () => Promise<Answer>, between: () => unknown): Promise<Answer> {
  let release = () => {}
  fake.hold = new Promise((resolve) => {
    release = resolve
  })
  const before = fake.asked.length
  const answer = ask()
  await expect.poll(() => fake.asked.length).toBeGreaterThan(before)
  await between()
  fake.hold = undefined
  release()
  return answer
}

describe('what is typed while a choice is carried out', () => {
  const cases = (['theirs', 'both', 'merge'] as const).flatMap((choice) => [
    {choice, isSaved: true, how: 'saved'},
    {choice, isSaved: false, how: 'not even saved'},
  ])

  test.each(cases)('and $how here is kept by $choice', async ({choice, isSaved}) => {
    const world = await startConflict()
    await whileAsked(
      world,
      () => world.sessions.resolve(world.entryId, choice),
      () => type(world, 'typed', isSaved),
    )
    expect(await textsIn(world)).toContain('typed')
  })

  test('is kept when work of an earlier visit is discarded', async () => {
    const world = await startSession()
    await world.becomes('saved')
    await world.write('unsent')
    const next = {...world, ...(await world.again())}
    await next.sessions.recovery.look()
    await next.keepspace.whenReady(world.workspaceId)
    await whileAsked(
      next,
      () => next.sessions.recovery.discard(world.entryId),
      () => type(next, 'typed', true),
    )
    expect(await textsIn(next)).toContain('typed')
    expect(await next.sessions.recovery.listReplaced()).toHaveLength(1)
  })
})

describe('a version of the server that came after the comparison', () => {
  test.each(['mine', 'merge'] as const)('is not written over by %s, and can be compared then', async (choice) => {
    const {sessions, entryId, fake, putThere} = await startConflict()
    await sessions.readConflict(entryId)
    await putThere('never seen')
    expect(await sessions.resolve(entryId, choice)).toMatchObject({
      phase: 'conflict',
      error: {code: 'revision.conflict'},
    })
    expect(textsOf(fake.sessions.get('s1'))).toEqual(['never seen'])
    const {theirs} = await sessions.readConflict(entryId)
    expect(textsOf(theirs)).toEqual(['never seen'])
    await sessions.resolve(entryId, choice)
    await expect.poll(() => textsOf(fake.sessions.get('s1'))).toEqual(['mine'])
  })

  test('is taken by theirs', async () => {
    const {sessions, entryId, keepspace, workspaceId, putThere} = await startConflict()
    await sessions.readConflict(entryId)
    await putThere('never seen')
    await sessions.resolve(entryId, 'theirs')
    await expect.poll(() => keepspace.workspace(workspaceId).component(note, 'n1').getState()?.text).toBe('never seen')
  })
})

describe('mine, chosen over the version of the server', () => {
  test('is answered when the server has it', async () => {
    const {sessions, entryId, fake, becomes} = await startConflict()
    await sessions.resolve(entryId, 'mine')
    expect(textsOf(fake.sessions.get('s1'))).toEqual(['mine'])
    await becomes('saved')
  })

  test.each([
    ['server.offline', 'waiting'],
    ['server.unauthorized', 'paused'],
    ['server.refused', 'refused'],
  ] as const)('is answered as not sent when the save after it ends with %s', async (fault, phase) => {
    const {sessions, entryId, fake, failUpdates} = await startConflict()
    failUpdates(fault)
    expect(await sessions.resolve(entryId, 'mine')).toMatchObject({phase, error: {code: fault}})
    expect(textsOf(fake.sessions.get('s1'))).toEqual(['theirs'])
  })
})

describe('a version of the history', () => {
  test.each([
    ['waits', 'server.offline', 'waiting'],
    ['waits for a token', 'server.unauthorized', 'paused'],
    ['was refused', 'server.refused', 'refused'],
  ] as const)(
    'comes back here and on the server while a save %s, and the work goes into the trash',
    async (_, fault, status) => {
      const {sessions, entryId, fake, keepspace, workspaceId, write, becomes, storage} = await startSession()
      await becomes('saved')
      await write('two')
      await sessions.save(entryId)
      await becomes('saved')
      await write('three')
      fake.fault = fault
      expect(await sessions.save(entryId)).toMatchObject({status})
      fake.fault = undefined
      await sessions.restoreVersion(entryId, 1)
      await becomes('saved')
      const text = keepspace.workspace(workspaceId).component(note, 'n1')
      await expect.poll(() => text.getState()?.text).toBe('one')
      expect(textsOf(fake.sessions.get('s1'))).toEqual(['one'])
      expect(await textsIn({keepspace, storage})).toContain('three')
    },
  )

  test('changes nothing on the server while nobody is signed in', async () => {
    const {sessions, entryId, fake, becomes} = await startSession()
    await becomes('saved')
    fake.fault = 'server.unauthorized'
    await expect(sessions.restoreVersion(entryId, 1)).rejects.toMatchObject({code: 'server.unauthorized'})
    expect([fake.sessions.get('s1')?.revision, sessions.getStatus(entryId).phase]).toEqual([1, 'saved'])
  })
})

async function type({keepspace, workspaceId}: World, text: string, isSaved: boolean) {
  const workspace = keepspace.workspace(workspaceId)
  workspace.component(note, 'n1').set({text})
  if (isSaved) {
    await workspace.save()
  }
}

/** Every text that is stored here as content, in the trash too. */
async function textsIn({keepspace, storage}: Pick<World, 'keepspace' | 'storage'>): Promise<readonly string[]> {
  await keepspace.flush()
  const records = await (await storage.open()).readPrefix('')
  return records.flatMap(({key, value}) => (/\/c\/.*\/state$/.test(key) ? textOf(value) : []))
}

function textOf(value: unknown): string {
  return (JSON.parse((value as {readonly json: string}).json) as {readonly text: string}).text
}

function textsOf(value: unknown): readonly (string | undefined)[] {
  return [...JSON.stringify(value).matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text)
}

function withText(content: EntryContent, text: string): EntryContent {
  return {
    ...content,
    workspaces: content.workspaces.map((workspace) => ({
      ...workspace,
      components: workspace.components.map((component) => ({...component, records: {state: {text}}})),
    })),
  }
}
