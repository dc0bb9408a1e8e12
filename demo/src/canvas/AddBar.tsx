import {Panel} from '@xyflow/react'
import {Tip} from '../controls/Tip.tsx'
import {type Widget, widgets} from '../widgets/widgets.ts'

/** What can be put on the canvas. */
export function AddBar({onAdd}: {readonly onAdd: (widget: Widget) => void}) {
  return (
    <Panel position="bottom-center" className="add-bar-place">
      <div className="add-bar" role="toolbar" aria-label="Add to the canvas">
        {widgets.map((widget, index) => (
          <Tip key={widget.type} label={widget.hint} keys={String(index + 1)} side="top">
            <button
              type="button"
              className="add-button"
              aria-label={`Add ${widget.name}`}
              onClick={() => onAdd(widget)}
            >
              <widget.Icon aria-hidden="true" />
              <span aria-hidden="true">{widget.name}</span>
            </button>
          </Tip>
        ))}
      </div>
    </Panel>
  )
}
