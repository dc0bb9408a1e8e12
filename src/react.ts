'use client'

export {ComponentBoundary, WorkspaceBoundary} from './ui/boundaries.tsx'
export {useKeepspace} from './ui/contexts.ts'
export type {BoundaryProps, Failure} from './ui/error-boundary.tsx'
export {KeepspaceProvider, type KeepspaceProviderProps} from './ui/keepspace-provider.tsx'
export type {RestoredView} from './ui/local-value.ts'
export {describeSaveStatus, type SaveStatusPhase, type SaveStatusView} from './ui/save-status.ts'
export {SaveStatusBadge, type SaveStatusBadgeProps} from './ui/save-status-badge.tsx'
export {type ComponentRegistration, useComponentRegistration} from './ui/use-component-registration.ts'
export {type ComponentStateOptions, type SetComponentState, useComponentState} from './ui/use-component-state.ts'
export {useKeepspaceEvent} from './ui/use-keepspace-event.ts'
export type {WaitOptions} from './ui/use-open-workspace.ts'
export {usePreventUnsavedChanges} from './ui/use-prevent-unsaved-changes.ts'
export {type SaveStatusOptions, useSaveStatus} from './ui/use-save-status.ts'
export {type SetSetting, useSetting} from './ui/use-setting.ts'
export {useCatalogue, useKeepspaceSnapshot, useWorkspaceStatus} from './ui/use-snapshots.ts'
export {
  type ThrottledComponentStateOptions,
  useThrottledComponentState,
} from './ui/use-throttled-component-state.ts'
export {useWindowActivity} from './ui/use-window-activity.ts'
export {useWorkspace, type WorkspaceView} from './ui/use-workspace.ts'
export {WorkspaceProvider, type WorkspaceProviderProps} from './ui/workspace-provider.tsx'
