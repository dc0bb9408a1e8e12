import type {AnyComponentDefinition} from 'keepspace'
import {alarm} from './alarm/alarm.definition.ts'
import {calculator} from './calculator/calculator.definition.ts'
import {facts} from './facts/facts.definition.ts'
import {note} from './note/note.definition.ts'
import {sticky} from './sticky/sticky.definition.ts'
import {countdown, timer} from './timer/timer.definition.ts'

/** Every component type this app knows. */
export const definitions: readonly AnyComponentDefinition[] = [timer, countdown, alarm, calculator, sticky, note, facts]
