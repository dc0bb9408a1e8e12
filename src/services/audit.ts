import type {AuditFinding, AuditRecord} from '../model/audit.ts'
import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {componentsPrefix, HEAD_PREFIX, headKey} from '../model/keys.ts'
import {FORMAT_VERSION} from '../model/records.ts'
import type {StoragePort} from '../model/storage-port.ts'
import {asHead, asStamped} from './codec/record-shapes.ts'
import {readCells} from './memory-store/hydrate.ts'

type Definitions = ReadonlyMap<string, AnyComponentDefinition>

/** Names every component type of an app with its version: another text is another version of the app. */
export function definitionsText(definitions: Definitions): string {
  return [...definitions.values()]
    .map(({type, version}) => `${encodeURIComponent(type)}@${version}`)
    .sort()
    .join(' ')
}

/** Ids of everything that an audit has to look at. */
export async function auditedWorkspaces(port: StoragePort): Promise<readonly WorkspaceId[]> {
  const keys = await port.list(HEAD_PREFIX)
  return keys.map((key) => decodeURIComponent(key.slice(HEAD_PREFIX.length)) as WorkspaceId)
}

/** Reads one workspace through the code of this app, as a load would, and writes nothing. */
export async function auditWorkspace(
  id: WorkspaceId,
  port: StoragePort,
  definitions: Definitions,
): Promise<{readonly components: number; readonly findings: readonly AuditFinding[]}> {
  const [heads = [], records = []] = await port.read([{key: headKey(id)}, {prefix: componentsPrefix(id)}])
  const head = asHead(heads[0]?.value)
  const isNewer = head !== undefined && head.formatVersion > FORMAT_VERSION
  const blank = {workspaceId: id, componentId: undefined, type: undefined, detail: undefined}
  const ofHead: readonly AuditFinding[] =
    head === undefined || isNewer ? [{...blank, code: isNewer ? 'record.newer' : 'record.corrupt'}] : []
  const cells = readCells(id, definitions, records).filter(({deletedAt}) => deletedAt === undefined)
  const ofCells = cells.flatMap(({id: componentId, type, problem}): readonly AuditFinding[] =>
    problem === undefined
      ? []
      : [{workspaceId: id, componentId, type, code: problem.error.code, detail: problem.error.detail}],
  )
  return {components: cells.length, findings: heads.length === 0 ? [] : [...ofHead, ...ofCells]}
}

export function asAudit(value: unknown): AuditRecord | undefined {
  const fields = asStamped(value)
  return typeof fields?.definitions === 'string' ? (fields as typeof fields & AuditRecord) : undefined
}
