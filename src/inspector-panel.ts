/**
 * The inspector as a React component, for a page or a panel of an app.
 *
 * @packageDocumentation
 */
export type {GraphLayout, LayoutEdge, LayoutNode} from './panel/chart-layout.ts'
export {InspectorPanel, type InspectorPanelProps} from './panel/inspector-panel.tsx'
