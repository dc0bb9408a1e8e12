import type {StandardSchemaV1} from '@standard-schema/spec'
import {createKeepspace, defineComponent} from '../../../src/index.ts'
import {localforageStorage} from '../../../src/localforage.ts'
import type {StoragePort, StorageTarget} from '../../../src/model/storage-port.ts'
import {createRecorder, type Recorded, readRecords} from './recorder.ts'

/** What a driver does in a tab. */
export type RecordedPage = {
  open(workspace: string): Promise<void>
  add(workspace: string, component: string, text: string): void
  edit(workspace: string, component: string, text: string): void
  remove(workspace: string, component: string): void
  save(workspace: string): Promise<string>
  /** Edits and reloads in the same turn. */
  editAndReload(workspace: string, component: string, text: string): void
  isAtRest(): boolean
  /** The components that are shown. */
  shown(workspace: string): readonly string[]
  records(): readonly Recorded[]
}

const query = new URLSearchParams(location.search)
const visits = Number(sessionStorage.getItem('visits') ?? 0) + 1
sessionStorage.setItem('visits', String(visits))
const recorder = createRecorder(`${query.get('tab')}.${visits}`)
const {note} = recorder

type Content = {readonly text: string}
const schema: StandardSchemaV1<unknown, Content> = {
  '~standard': {version: 1, vendor: 'recorded', validate: (value) => ({value: value as Content})},
}
const sheet = defineComponent({type: 'sheet', version: 1, schema, initial: {text: ''}})

/** How many commits are honest first, so that there is something to lie about. */
const HONEST_COMMITS = 12

/** Says of every later commit that it landed, and forgets it. */
function lying(target: StorageTarget): StorageTarget {
  let commits = 0
  const lie = (port: StoragePort): StoragePort =>
    Object.assign(Object.create(port), {
      commit: async (...[groups, options]: Parameters<StoragePort['commit']>) => {
        commits += 1
        return commits > HONEST_COMMITS
          ? groups.map(() => ({status: 'committed' as const}))
          : port.commit(groups, options)
      },
    })
  return {...target, open: async () => lie(await target.open())}
}

const recorded = recorder.record(localforageStorage())
const keepspace = createKeepspace({
  // The name under which the checker's reader of stored records knows them.
  namespace: 'simulation',
  components: [sheet],
  storage: query.has('lies') ? lying(recorded) : recorded,
})
keepspace.on('workspace_loaded', ({workspaceId}) => note({type: 'loaded', workspace: workspaceId}))
keepspace.on('edit_dropped', ({workspaceId}) => note({type: 'dropped', workspace: workspaceId}))
keepspace.on('workspace_runtime_evicted', ({workspaceId}) => note({type: 'released', workspace: workspaceId}))

/** A person sees what stays for two looks. Less is a tab that is about to show what another one stored. */
const LOOK_MS = 20
const looks = new Map<string, string>()

/** Writes down what a person sees. */
function view(workspace: string): void {
  const handle = keepspace.workspace(workspace)
  const {phase, save, level} = handle.getStatus()
  if (phase !== 'hot' && phase !== 'evicting') {
    return
  }
  const infos = handle.getComponents()
  const shown = infos.flatMap(({id, layout}) => [
    [`${id}.state`, handle.component(sheet, id).getState()?.text ?? ''],
    [`${id}.layout`, String(layout.x)],
  ])
  const excluded = infos.filter(({problem}) => problem !== undefined).map(({id}) => id)
  const isClaimed = save === 'saved' && (level === 'onDevice' || level === 'flushed')
  const seen = {shown: Object.fromEntries(shown), excluded, ...(isClaimed && {claim: level})}
  const look = JSON.stringify(seen)
  if (looks.get(workspace) === look) {
    note({type: 'viewed', workspace, ...seen})
  }
  looks.set(workspace, look)
}

const opened = new Set<string>()
const setText = (workspace: string, component: string, text: string) => {
  keepspace.workspace(workspace).component(sheet, component).set({text})
  note({type: 'accepted', workspace, register: `${component}.state`, value: text, mode: 'sure'})
}
const page: RecordedPage = {
  open: async (workspace) => {
    opened.add(workspace)
    note({type: 'accepted', workspace, register: 'title', value: workspace, mode: 'ifAbsent'})
    keepspace.open(workspace, {create: {title: workspace}})
    keepspace.activate(workspace)
    await keepspace.whenReady(workspace)
    setInterval(() => view(workspace), LOOK_MS)
  },
  add: (workspace, component, text) => {
    const x = text.length
    keepspace.workspace(workspace).add(sheet, {id: component, state: {text}, layout: {x}})
    note({type: 'accepted', workspace, register: `${component}.state`, value: text, mode: 'sure'})
    note({type: 'accepted', workspace, register: `${component}.layout`, value: String(x), mode: 'sure'})
    note({type: 'accepted', workspace, register: `${component}.deleted`, mode: 'sure'})
  },
  edit: setText,
  remove: (workspace, component) => {
    keepspace.workspace(workspace).remove(component)
    note({type: 'accepted', workspace, register: `${component}.deleted`, value: 'deleted', mode: 'sure'})
  },
  save: async (workspace) => (await keepspace.persist(workspace, 'explicit')).status,
  editAndReload: (workspace, component, text) => {
    setText(workspace, component, text)
    location.reload()
  },
  isAtRest: () => [...opened].every((id) => keepspace.getStatus(id).save === 'saved'),
  shown: (workspace) =>
    keepspace
      .workspace(workspace)
      .getComponents()
      .map(({id}) => id),
  records: readRecords,
}
await keepspace.whenStarted()
Object.assign(window, {recorded: page})
