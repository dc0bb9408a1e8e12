import type {NodeTypes} from '@xyflow/react'
import {widgets} from '../widgets/widgets.ts'
import {PlaceholderNode} from './PlaceholderNode.tsx'
import {widgetNode} from './WidgetNode.tsx'

/** One node type per widget, and one for everything that cannot be shown. */
export const nodeTypes: NodeTypes = {
  ...Object.fromEntries(widgets.map((widget) => [widget.type, widgetNode(widget)])),
  placeholder: PlaceholderNode,
}
