import type {AnyComponentDefinition} from '../model/component-definition.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {WorkspaceHandle} from '../model/handles.ts'
import type {ComponentId, IdSource, WorkspaceId} from '../model/ids.ts'
import type {JsonObject} from '../model/json.ts'
import {PRESET_PREFIX, presetKey} from '../model/keys.ts'
import type {PresetInfo, Presets} from '../model/presets.ts'
import {FORMAT_VERSION, type PresetComponent, type PresetRecord} from '../model/records.ts'
import type {SaveOutcome} from '../model/save.ts'
import type {StoragePort} from '../model/storage-port.ts'
import {asPreset} from '../services/codec/record-shapes.ts'
import type {BackgroundWriter} from '../services/writing/background-writer.ts'

/** What presets need from the rest. */
export type PresetsContext = {
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  readonly ids: IdSource
  readonly now: () => number
  readonly writer: BackgroundWriter
  readonly storage: () => Promise<StoragePort>
  readonly whenReady: (id: WorkspaceId) => Promise<WorkspaceHandle>
  readonly save: (id: WorkspaceId) => Promise<SaveOutcome>
}

/** How far an inserted preset is moved from where it was, in CSS pixels, so that it does not hide what is there. */
const INSERT_OFFSET_PX = 24

/** Makes the presets of one scope. */
export function createPresets(context: PresetsContext): Presets {
  const {storage, writer, ids} = context

  const read = async (id: string): Promise<PresetRecord> => {
    const [found] = await (await storage()).read([{key: presetKey(id)}])
    const preset = asPreset(found?.[0]?.value)
    if (preset === undefined) {
      throw new KeepspaceError('notFound', `preset ${id}`)
    }
    return preset
  }

  return {
    list: async () => {
      const records = await (await storage()).readPrefix(PRESET_PREFIX)
      return records.flatMap(({value}) => asPreset(value) ?? []).map(infoOf)
    },
    save: async (workspaceId, title) => {
      const components = readableComponents(await context.whenReady(workspaceId), context.definitions)
      const presetId = ids.next()
      const result = await writer.write({
        targetKind: 'preset',
        target: presetId,
        key: presetKey(presetId),
        reason: 'explicit',
        durability: 'strict',
        baseRevision: () => 0,
        build: (stamp): PresetRecord => ({
          formatVersion: FORMAT_VERSION,
          id: presetId,
          title,
          createdAt: context.now(),
          components,
          ...stamp,
        }),
      })
      return {...result, presetId}
    },
    load: async (presetId, workspaceId) => {
      const {components} = await read(presetId)
      const workspace = await context.whenReady(workspaceId)
      for (const {type, state, layout} of components) {
        const definition = context.definitions.get(type)
        if (definition !== undefined) {
          const x = layout.x + INSERT_OFFSET_PX
          const y = layout.y + INSERT_OFFSET_PX
          workspace.add(definition, {id: ids.next() as ComponentId, state, layout: {...layout, x, y}})
        }
      }
      return context.save(workspaceId)
    },
    delete: async (presetId) => {
      const {revision} = await read(presetId)
      await writer.write({
        targetKind: 'preset',
        target: presetId,
        key: presetKey(presetId),
        reason: 'explicit',
        durability: 'relaxed',
        baseRevision: () => revision,
        build: () => undefined,
      })
    },
  }
}

function infoOf({id, title, createdAt, components}: PresetRecord): PresetInfo {
  return {id, title, createdAt, componentCount: components.length}
}

function readableComponents(
  workspace: WorkspaceHandle,
  definitions: ReadonlyMap<string, AnyComponentDefinition>,
): readonly PresetComponent[] {
  return workspace.getComponents().flatMap(({id, type, layout, status}) => {
    const definition = definitions.get(type)
    const state = definition && (workspace.component(definition, id).getState() as JsonObject | undefined)
    return definition === undefined || state === undefined || status === 'placeholder'
      ? []
      : [{type, schemaVersion: definition.version, editableFrom: definition.editableFrom, state, layout}]
  })
}
