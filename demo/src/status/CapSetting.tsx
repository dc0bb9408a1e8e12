import {NumberField} from '@base-ui/react/number-field'
import {useKeepspace, useKeepspaceSnapshot, useSetting} from 'keepspace/react'
import {Minus, Plus} from 'lucide-react'
import {useId} from 'react'
import {defaultCap} from '../app/keepspace.ts'

/** How many workspaces may be in memory at once. */
export function CapSetting() {
  const keepspace = useKeepspace()
  const {cap} = useKeepspaceSnapshot()
  const [, store] = useSetting('cap', defaultCap)
  const id = useId()
  const change = (next: number | null) => {
    if (next !== null) {
      keepspace.setCap(next)
      store(next)
    }
  }
  return (
    <NumberField.Root className="cap" id={id} value={cap} min={1} max={12} onValueChange={change}>
      <label htmlFor={id}>Keep at most</label>
      <NumberField.Group className="stepper">
        <NumberField.Decrement className="stepper-button">
          <Minus />
        </NumberField.Decrement>
        <NumberField.Input className="stepper-input" />
        <NumberField.Increment className="stepper-button">
          <Plus />
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  )
}
