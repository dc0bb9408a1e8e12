import type {ComponentContent, EntryContent, WorkspaceContent} from '../../model/content.ts'
import {isEqualJson} from '../../model/json.ts'

/** One component that is not the same in two versions of an entry. */
export type ComponentDifference = {
  /** Names the difference in choices: workspace and component. */
  readonly key: string
  readonly workspaceId: string
  readonly workspaceTitle: string
  readonly componentId: string
  readonly type: string
  /** Its content in this version, or undefined where it does not exist. */
  readonly mine: ComponentContent | undefined
  readonly theirs: ComponentContent | undefined
}

/** Whose version of a component is taken. */
export type Side = 'mine' | 'theirs'

/** Everything that is not the same in two versions of an entry, in order of workspaces and components. */
export type ContentDifference = {
  readonly components: readonly ComponentDifference[]
  /** Whether titles or the order of workspaces differ. */
  readonly isArrangementDifferent: boolean
}

/** Compares two versions of an entry. Order of keys inside a state does not count. */
export function differenceOf(mine: EntryContent, theirs: EntryContent): ContentDifference {
  const components = workspaceIdsOf(mine, theirs).flatMap((id) =>
    componentDifferences(workspaceOf(mine, id), workspaceOf(theirs, id)),
  )
  return {components, isArrangementDifferent: !isEqualJson(arrangementOf(mine), arrangementOf(theirs))}
}

/**
 * One version made of two: for each differing component the chosen side, everything else as it is in both. Titles,
 * order and workspaces that exist on one side only follow `arrangement`.
 */
export function mergeContents(
  mine: EntryContent,
  theirs: EntryContent,
  choices: Readonly<Record<string, Side>>,
  arrangement: Side = 'mine',
): EntryContent {
  const frame = arrangement === 'mine' ? mine : theirs
  const other = arrangement === 'mine' ? theirs : mine
  const missing = other.workspaces.filter(({id}) => workspaceOf(frame, id) === undefined)
  const workspaces = [...frame.workspaces, ...missing].flatMap((workspace) => {
    const components = mergeComponents(
      workspace.id,
      workspaceOf(mine, workspace.id),
      workspaceOf(theirs, workspace.id),
      {
        choices,
        otherwise: arrangement,
      },
    )
    const isGone = components.length === 0 && missing.includes(workspace)
    return isGone ? [] : [{...workspace, components}]
  })
  return {...frame, workspaces}
}

const keyOf = (workspaceId: string, componentId: string): string => JSON.stringify([workspaceId, componentId])

function componentDifferences(
  mine: WorkspaceContent | undefined,
  theirs: WorkspaceContent | undefined,
): readonly ComponentDifference[] {
  const workspace = mine ?? theirs
  return workspace === undefined
    ? []
    : componentIdsOf(mine, theirs).flatMap((componentId) => {
        const [left, right] = [componentOf(mine, componentId), componentOf(theirs, componentId)]
        const type = (left ?? right)?.type ?? ''
        const facts = {workspaceId: workspace.id, workspaceTitle: workspace.title, componentId, type}
        return isEqualJson(left, right)
          ? []
          : [{key: keyOf(workspace.id, componentId), ...facts, mine: left, theirs: right}]
      })
}

function mergeComponents(
  workspaceId: string,
  mine: WorkspaceContent | undefined,
  theirs: WorkspaceContent | undefined,
  {choices, otherwise}: {readonly choices: Readonly<Record<string, Side>>; readonly otherwise: Side},
): readonly ComponentContent[] {
  return componentIdsOf(mine, theirs).flatMap((componentId) => {
    const side = choices[keyOf(workspaceId, componentId)] ?? otherwise
    return componentOf(side === 'mine' ? mine : theirs, componentId) ?? []
  })
}

function workspaceIdsOf(mine: EntryContent, theirs: EntryContent): readonly string[] {
  return [...new Set([...mine.workspaces, ...theirs.workspaces].map(({id}) => id))]
}

function componentIdsOf(mine: WorkspaceContent | undefined, theirs: WorkspaceContent | undefined): readonly string[] {
  return [...new Set([...(mine?.components ?? []), ...(theirs?.components ?? [])].map(({id}) => id))].sort()
}

function workspaceOf(content: EntryContent, id: string): WorkspaceContent | undefined {
  return content.workspaces.find((workspace) => workspace.id === id)
}

function componentOf(workspace: WorkspaceContent | undefined, id: string): ComponentContent | undefined {
  return workspace?.components.find((component) => component.id === id)
}

function arrangementOf({title, workspaces}: EntryContent): unknown {
  return [title, workspaces.map(({id, title: own, isDefault = false}) => [id, own, isDefault])]
}
