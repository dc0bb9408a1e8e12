import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import {horizontalListSortingStrategy, SortableContext, verticalListSortingStrategy} from '@dnd-kit/sortable'
import type {ReactNode} from 'react'

type SortableAreaProps = {
  readonly ids: string[]
  readonly direction: 'vertical' | 'horizontal'
  /** `before` is the item it was put in front of, or undefined at the end. */
  readonly onMove: (id: string, before: string | undefined) => void
  readonly children: ReactNode
}

/** Items inside can be dragged along one direction. Keyboards use the menu of each item. */
export function SortableArea({ids, direction, onMove, children}: SortableAreaProps) {
  const sensors = useSensors(
    useSensor(MouseSensor, {activationConstraint: {distance: 6}}),
    useSensor(TouchSensor, {activationConstraint: {delay: 260, tolerance: 8}}),
  )
  const onDragEnd = ({active, over}: DragEndEvent) => {
    const id = String(active.id)
    const target = over === null ? id : String(over.id)
    if (target !== id) {
      const at = ids.indexOf(target)
      onMove(id, ids.indexOf(id) < at ? ids[at + 1] : target)
    }
  }
  const strategy = direction === 'vertical' ? verticalListSortingStrategy : horizontalListSortingStrategy
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={onDragEnd}
      modifiers={[along[direction]]}
    >
      <SortableContext items={ids} strategy={strategy}>
        {children}
      </SortableContext>
    </DndContext>
  )
}

const along = {
  vertical: ({transform}: {transform: Transform}) => ({...transform, x: 0}),
  horizontal: ({transform}: {transform: Transform}) => ({...transform, y: 0}),
}

type Transform = {x: number; y: number; scaleX: number; scaleY: number}
