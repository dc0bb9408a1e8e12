import type {StandardSchemaV1} from '@standard-schema/spec'
import {createKeepspace, defineComponent} from '../../src/index.ts'
import {localforageStorage} from '../../src/localforage.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {healAtLaunch} from '../../src/services/storage/heal.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import type {DiskPage} from './disk-page.ts'

type Content = {readonly text: string}

const schema: StandardSchemaV1<unknown, Content> = {
  '~standard': {version: 1, vendor: 'disks', validate: (value) => ({value: value as Content})},
}
const sheet = defineComponent({type: 'sheet', version: 1, schema, initial: {text: ''}})

/** Heals when it is launched and never again: to see that this is not enough. */
function healedOnce(): StorageTarget {
  const target = localforageStorage({heal: false})
  const open = async () => {
    const healed = healAtLaunch('keepspace', 5_000, systemTime)
    return Object.assign(await target.open(), {healed})
  }
  return {...target, open}
}

const isControl = new URLSearchParams(location.search).has('healedOnce')
const keepspace = createKeepspace({
  namespace: 'disks',
  components: [sheet],
  storage: isControl ? healedOnce() : localforageStorage(),
})
const told = new Set<string>()
keepspace.on('*', (event) => {
  told.add(event.type)
  if ('error' in event && event.error !== undefined) {
    told.add(event.error.code)
  }
})
const workspace = keepspace.workspace('w')

const page: DiskPage = {
  open: async () => {
    keepspace.open('w', {create: {title: 'W'}})
    keepspace.activate('w')
    return keepspace.whenReady('w').then(
      () => undefined,
      (error) => error.code,
    )
  },
  edit: (texts) => {
    for (const [id, text] of Object.entries(texts)) {
      if (workspace.getComponents().every((component) => component.id !== id)) {
        workspace.add(sheet, {id, state: {text}})
      } else {
        workspace.component(sheet, id).set({text})
      }
    }
  },
  save: async () => {
    const {status, error} = await keepspace.persist('w', 'explicit')
    return {status, code: error?.code}
  },
  read: () =>
    Object.fromEntries(
      workspace.getComponents().map(({id}) => [id, workspace.component(sheet, id).getState()?.text ?? null]),
    ),
  look: () => {
    const {level, save, phase, error} = keepspace.getStatus('w')
    const {state, issues} = keepspace.getHealth()
    const restore = keepspace.getSnapshot().storage.restore
    return {level, save, phase, code: error?.code, health: state, advice: issues[0]?.advice, restore, told: [...told]}
  },
  quarantined: async () => (await keepspace.quarantine.list()).map(({key}) => key),
}
await keepspace.whenStarted()
Object.assign(window, {disk: page})
