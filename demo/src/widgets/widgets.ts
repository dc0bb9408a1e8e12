import type {AnyComponentDefinition} from 'keepspace'
import {
  AlarmClock,
  Calculator,
  Hourglass,
  type LucideIcon,
  NotebookText,
  StickyNote,
  TableProperties,
  Timer,
} from 'lucide-react'
import type {ComponentType} from 'react'
import {AlarmCard} from './alarm/AlarmCard.tsx'
import {CalculatorCard} from './calculator/CalculatorCard.tsx'
import type {CardProps} from './card-props.ts'
import {definitions} from './definitions.ts'
import {FactsCard} from './facts/FactsCard.tsx'
import {NoteCard} from './note/NoteCard.tsx'
import {StickyCard} from './sticky/StickyCard.tsx'
import {CountdownCard} from './timer/CountdownCard.tsx'
import {TimerCard} from './timer/TimerCard.tsx'

/** How a component type looks on the canvas. All sizes in CSS pixels. */
export type Widget = {
  readonly type: string
  readonly name: string
  readonly hint: string
  readonly Icon: LucideIcon
  readonly Card: ComponentType<CardProps>
  readonly width: number
  readonly height: number
  readonly minWidth: number
  readonly minHeight: number
}

/** In the order of the toolbar; the first one is added with the key 1. */
export const widgets: readonly Widget[] = [
  widget('timer', 'Timer', 'Waits while you are away', Timer, TimerCard, 264, 204, 232, 196),
  widget('countdown', 'Countdown', 'Goes on while you are away', Hourglass, CountdownCard, 264, 204, 232, 196),
  widget('alarm', 'Alarm', 'Rings at a time of day', AlarmClock, AlarmCard, 264, 188, 240, 180),
  widget('calculator', 'Calculator', 'For quick sums', Calculator, CalculatorCard, 248, 348, 220, 320),
  widget('sticky', 'Sticky note', 'A thought in colour', StickyNote, StickyCard, 216, 208, 168, 152),
  widget('note', 'Note', 'A longer text', NotebookText, NoteCard, 304, 268, 220, 180),
  widget('facts', 'Facts', 'Names and values', TableProperties, FactsCard, 288, 244, 232, 180),
]

const byType = new Map(widgets.map((each) => [each.type, each]))
const definitionByType = new Map(definitions.map((each) => [each.type, each]))

/** Undefined for types this version of the app does not know. */
export function widgetOf(type: string): Widget | undefined {
  return byType.get(type)
}

/** The definition of a widget that is in {@link widgets}. */
export function definitionOf(type: string): AnyComponentDefinition {
  const definition = definitionByType.get(type)
  if (!definition) {
    throw new Error(`no definition of ${type}`)
  }
  return definition
}

function widget(
  type: string,
  name: string,
  hint: string,
  Icon: LucideIcon,
  Card: ComponentType<CardProps>,
  width: number,
  height: number,
  minWidth: number,
  minHeight: number,
): Widget {
  return {type, name, hint, Icon, Card, width, height, minWidth, minHeight}
}
