import {Popover} from '@base-ui/react/popover'
import {Switch} from '@base-ui/react/switch'
import {FlaskConical} from 'lucide-react'
import {useSyncExternalStore} from 'react'
import {faults} from '../app/keepspace.ts'
import {parameters} from '../app/parameters.ts'
import type {Faults} from '../faults.ts'

/** Says that something goes wrong on purpose, and lets people switch it. Absent when the address asks for nothing. */
export function FaultsChip() {
  const now = useSyncExternalStore(faults.subscribe, faults.get)
  const isAsked = parameters.appVersion === 2 || Object.values(askedAtStart).some(Boolean)
  if (!isAsked) {
    return null
  }
  const count = Object.values(now).filter(Boolean).length
  return (
    <Popover.Root>
      <Popover.Trigger className="chip">
        <FlaskConical aria-hidden="true" />
        {count > 0 ? `Faults: ${count}` : 'Faults: none'}
        {parameters.appVersion === 2 && ' · app version 2'}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="layer" sideOffset={8} align="end" side="top" collisionPadding={8}>
          <Popover.Popup className="popover faults">
            <Popover.Title className="popover-title">Faults on purpose</Popover.Title>
            <Popover.Description className="popover-text">The address of this page asks for them.</Popover.Description>
            <Toggle label="Loading fails" isOn={now.failLoad} change={(failLoad) => ({failLoad})} />
            <Toggle label="Saving fails" isOn={now.failSave} change={(failSave) => ({failSave})} />
            <Toggle
              label={`Loading takes ${(askedAtStart.slowLoadMs || 5000) / 1000} s`}
              isOn={now.slowLoadMs > 0}
              change={(isOn) => ({slowLoadMs: isOn ? askedAtStart.slowLoadMs || 5000 : 0})}
            />
            <Toggle
              label={`Saving takes ${(askedAtStart.slowSaveMs || 2000) / 1000} s`}
              isOn={now.slowSaveMs > 0}
              change={(isOn) => ({slowSaveMs: isOn ? askedAtStart.slowSaveMs || 2000 : 0})}
            />
            {now.noIndexedDb && (
              <p className="popover-text">There is no IndexedDB until the page is opened without it.</p>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

const askedAtStart = faults.get()

type ToggleProps = {
  readonly label: string
  readonly isOn: boolean
  readonly change: (isOn: boolean) => Partial<Faults>
}

function Toggle({label, isOn, change}: ToggleProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
    <label className="fault">
      <span>{label}</span>
      <Switch.Root className="switch" checked={isOn} onCheckedChange={(next) => faults.set(change(next))}>
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
    </label>
  )
}
