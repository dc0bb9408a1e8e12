import type {StandardSchemaV1} from '@standard-schema/spec'
import {createKeepspace, defineComponent} from '../../src/index.ts'
import {localforageStorage} from '../../src/localforage.ts'
import type {LeavingPage} from './leaving-page.ts'

type Content = {readonly text: string}

const schema: StandardSchemaV1<unknown, Content> = {
  '~standard': {version: 1, vendor: 'leaving', validate: (value) => ({value: value as Content})},
}
const sheet = defineComponent({type: 'sheet', version: 1, schema, initial: {text: ''}})

const keepspace = createKeepspace({namespace: 'leaving', components: [sheet], storage: localforageStorage()})
const workspace = keepspace.open('w', {create: {title: 'W'}})

const id = crypto.randomUUID()
const endOf = (page: string) => `end of ${page}`
// After the library's own handlers, which were added first.
addEventListener('pagehide', () => localStorage.setItem(endOf(id), 'through'))

const page: LeavingPage = {
  id,
  wasThrough: (left) => localStorage.getItem(endOf(left)) === 'through',
  ready: async () => {
    await keepspace.whenReady('w')
    for (const id of ['a', 'b', 'c']) {
      workspace.add(sheet, {id, ifAbsent: true})
    }
    await workspace.save()
  },
  read: () =>
    Object.fromEntries(
      workspace.getComponents().map(({id}) => [id, workspace.component(sheet, id).getState()?.text ?? '']),
    ),
  edit: (texts) => {
    for (const [id, text] of Object.entries(texts)) {
      workspace.component(sheet, id).set({text})
    }
  },
  unsavedBytes: () => {
    const isUnsaved = keepspace.getStatus('w').save !== 'saved'
    const {edits} = keepspace.getWorkAtRisk()
    return {isUnsaved, edits}
  },
}
Object.assign(window, {leaving: page})
