import {KeepspaceError} from '../../../src/model/errors.ts'
import type {Keepspace} from '../../../src/model/handles.ts'
import {workspaceId} from '../../../src/model/ids.ts'
import {note} from '../../support/definitions.ts'
import {finish, type startKeepspace, startWithNote} from '../../support/start-keepspace.ts'

/** Text that a person wrote; it must never leave the app. */
export const SECRET = 'the-secret-of-Ada'

type Options = NonNullable<Parameters<typeof startKeepspace>[0]>

/** A save, a failed save, a conflict with another tab, and evictions, all full of what a person wrote. */
export async function liveBusily(options: Options = {}, begin: (keepspace: Keepspace) => void = () => undefined) {
  const started = await startWithNote({cap: 1, ...options}, ['a', 'b'])
  const {keepspace, time, component, faults, workspace} = started
  begin(keepspace)
  await finish(time, keepspace.settings.set('name', SECRET))
  component.set({text: SECRET})
  await time.advanceAsync(1_500)

  faults.fail('commit', new KeepspaceError('storage.unavailable', SECRET, {cause: new Error(SECRET)}))
  component.set({text: `${SECRET} again`})
  await time.advanceAsync(5_000)

  const other = await started.again({inspect: undefined})
  other.activate('a')
  await finish(time, other.whenReady('a'))
  other
    .workspace('a')
    .component(note, 'n1')
    .set({text: `${SECRET} there`})
  await time.advanceAsync(50)
  component.set({text: `${SECRET} here`})
  await time.advanceAsync(3_000)
  const wasConflict = [keepspace, other].some((tab) => tab.getStatus('a').save === 'conflict')
  for (const tab of [keepspace, other]) {
    if (tab.getStatus('a').save === 'conflict') {
      await finish(time, tab.workspace('a').resolveConflict('mine'))
    }
  }
  await finish(time, other.dispose())

  const undo = keepspace.beforeEviction(() => {
    throw new Error(SECRET)
  })
  keepspace.hide('a')
  await finish(time, keepspace.unload('a'))
  undo()
  await finish(time, keepspace.unload('a'))
  await finish(time, keepspace.catalogue.renameWorkspace(workspaceId('a'), SECRET))
  keepspace.activate('a')
  await time.advanceAsync(5_000)
  workspace.component(note, 'n1').set({text: `${SECRET} last`})
  await time.advanceAsync(2_000)
  return {...started, wasConflict}
}
