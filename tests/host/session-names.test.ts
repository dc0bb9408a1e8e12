import {expect, test} from 'vitest'
import {startSession} from '../support/start-session.ts'

test('the new title of an entry alone is a change of its session, now and after a restart, until it is saved', async () => {
  const {keepspace, fake, entryId, becomes, again} = await startSession()
  await becomes('saved')
  await keepspace.catalogue.renameEntry(entryId, 'Renamed')
  expect(await becomes('changed')).toMatchObject({hasChanges: true})
  const next = await again()
  expect(await becomes('changed', next.sessions)).toMatchObject({hasChanges: true})
  expect(await next.sessions.save(entryId)).toMatchObject({status: 'saved', revision: 2})
  expect(fake.sessions.get('s1')?.content).toMatchObject({title: 'Renamed'})
  expect(await becomes('saved', next.sessions)).toMatchObject({hasChanges: false})
})
