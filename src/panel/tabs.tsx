import type {KeyboardEvent, ReactElement} from 'react'
import type {PanelTab} from './panel-state.ts'

const tabs: readonly (readonly [tab: PanelTab, label: string])[] = [
  ['actors', 'Actors'],
  ['chart', 'Chart'],
  ['sequence', 'Sequence'],
  ['lanes', 'Lanes'],
  ['decisions', 'Decisions'],
]

type TabsProps = {readonly tab: PanelTab; readonly onTab: (tab: PanelTab) => void}

/** What is shown beside the actors. Where there is little room the actors are one of them. */
export function Tabs({tab, onTab}: TabsProps): ReactElement {
  const go = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
    if (step !== undefined) {
      const buttons = [...event.currentTarget.querySelectorAll('button')].filter((one) => one.offsetParent !== null)
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
      const next = buttons[(at + step + buttons.length) % buttons.length]
      next?.focus()
      next?.click()
      event.preventDefault()
    }
  }
  return (
    <div className="ksi-tabs" role="tablist" aria-label="Views" onKeyDown={go}>
      {tabs.map(([id, label]) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-id={id}
          aria-selected={tab === id}
          tabIndex={tab === id ? 0 : -1}
          onClick={() => onTab(id)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
