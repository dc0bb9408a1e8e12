import type {ChartGraph, ChartState} from '../model/inspection.ts'

/** A graph as the Eclipse Layout Kernel takes it, and gives it back with places. */
export type LayoutNode = {
  readonly id: string
  readonly width?: number
  readonly height?: number
  readonly x?: number
  readonly y?: number
  readonly layoutOptions?: Readonly<Record<string, string>>
  readonly children?: LayoutNode[]
  readonly edges?: LayoutEdge[]
}

export type LayoutEdge = {
  readonly id: string
  readonly sources: string[]
  readonly targets: string[]
  readonly labels?: LayoutLabel[]
  readonly sections?: {
    readonly id: string
    readonly startPoint: Point
    readonly endPoint: Point
    readonly bendPoints?: Point[]
  }[]
}

type LayoutLabel = {
  readonly text?: string
  readonly width?: number
  readonly height?: number
  readonly x?: number
  readonly y?: number
}
type Point = {readonly x: number; readonly y: number}

/** Finds a place for everything: `new ELK().layout` of the package `elkjs`, best with its worker. */
export type GraphLayout = (graph: LayoutNode) => Promise<LayoutNode>

/** One state where it is drawn. */
export type PlacedState = {
  readonly id: string
  readonly label: string
  readonly description: string | undefined
  readonly kind: 'atomic' | 'frame' | 'final' | 'start'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** One arrow, for all transitions between the same two states. */
export type PlacedArrow = {
  readonly id: string
  /** Names of its transitions. */
  readonly names: readonly string[]
  readonly points: readonly Point[]
  readonly label: {readonly lines: readonly string[]; readonly x: number; readonly y: number} | undefined
}

/** A chart as it is drawn. */
export type PlacedChart = {
  readonly width: number
  readonly height: number
  /** Frames before what is inside them. */
  readonly states: readonly PlacedState[]
  readonly arrows: readonly PlacedArrow[]
}

const CHARACTER_WIDTH = 6.6
const LINE_HEIGHT = 13
const STATE_HEIGHT = 30
const FRAME_TITLE = 34
const MOST_LINES = 4
const MOST_CHARACTERS = 34

const layoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '3',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
}
const frameOptions = {'elk.padding': `[top=${FRAME_TITLE},left=14,bottom=14,right=14]`}

type Arrow = {readonly from: string; readonly to: string; readonly names: string[]; readonly texts: string[]}

/** Lays a chart out. The whole of it comes from the chart itself. */
export async function placeChart(chart: ChartGraph, layout: GraphLayout): Promise<PlacedChart> {
  const arrows = arrowsOf(chart)
  const placed = await layout({
    id: 'chart',
    layoutOptions,
    children: chart.states.filter(({parentId}) => parentId === undefined).map((state) => nodeOf(state, chart)),
    edges: arrows.map(edgeOf),
  })
  const states = new Map(chart.states.map((state) => [state.id, state]))
  return {
    width: placed.width ?? 0,
    height: placed.height ?? 0,
    states: (placed.children ?? []).flatMap((node) => placedStates(node, states)),
    arrows: (placed.edges ?? []).flatMap((edge) => placedArrow(edge, arrows)),
  }
}

function nodeOf(state: ChartState, chart: ChartGraph): LayoutNode {
  const inner = chart.states.filter(({parentId}) => parentId === state.id)
  if (inner.length === 0) {
    return {id: state.id, width: Math.max(60, state.key.length * CHARACTER_WIDTH + 24), height: STATE_HEIGHT}
  }
  const start: LayoutNode[] = state.initialIds.length > 0 ? [{id: startOf(state.id), width: 10, height: 10}] : []
  return {id: state.id, layoutOptions: frameOptions, children: [...start, ...inner.map((one) => nodeOf(one, chart))]}
}

const startOf = (id: string): string => `${id} starts`

/** Transitions between the same two states share an arrow. What leads nowhere is not drawn. */
function arrowsOf(chart: ChartGraph): readonly Arrow[] {
  const arrows = new Map<string, Arrow>()
  const arrowFor = (from: string, to: string) => {
    const id = `${from} to ${to}`
    const arrow = arrows.get(id) ?? {from, to, names: [], texts: []}
    arrows.set(id, arrow)
    return arrow
  }
  for (const {id, initialIds} of chart.states) {
    for (const initialId of initialIds) {
      arrowFor(startOf(id), initialId)
    }
  }
  for (const {name, sourceId, targetIds, event, guard} of chart.transitions) {
    for (const targetId of targetIds) {
      const {names, texts} = arrowFor(sourceId, targetId)
      names.push(name)
      const text = [event, guard && `[${guard}]`].filter(Boolean).join(' ')
      if (text !== '' && !texts.includes(text)) {
        texts.push(text)
      }
    }
  }
  return [...arrows.values()]
}

function edgeOf({from, to, texts}: Arrow, index: number): LayoutEdge {
  const lines = linesOf(texts)
  const width = Math.max(0, ...lines.map(({length}) => length)) * CHARACTER_WIDTH * 0.86 + 6
  const labels = lines.length === 0 ? [] : [{text: lines.join('\n'), width, height: lines.length * LINE_HEIGHT + 2}]
  return {id: String(index), sources: [from], targets: [to], labels}
}

function linesOf(texts: readonly string[]): readonly string[] {
  const shown =
    texts.length > MOST_LINES ? [...texts.slice(0, MOST_LINES - 1), `and ${texts.length - MOST_LINES + 1} more`] : texts
  return shown.map((text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text))
}

function placedStates(node: LayoutNode, states: ReadonlyMap<string, ChartState>): readonly PlacedState[] {
  const state = states.get(node.id)
  const {x = 0, y = 0, width = 0, height = 0, children = []} = node
  const kind =
    state === undefined ? 'start' : children.length > 0 ? 'frame' : state.type === 'final' ? 'final' : 'atomic'
  const own = {
    id: node.id,
    label: state?.key ?? '',
    description: state?.description,
    kind,
    x,
    y,
    width,
    height,
  } as const
  return [own, ...children.flatMap((child) => placedStates(child, states))]
}

function placedArrow(edge: LayoutEdge, arrows: readonly Arrow[]): readonly PlacedArrow[] {
  const arrow = arrows[Number(edge.id)]
  const [section] = edge.sections ?? []
  if (arrow === undefined || section === undefined) {
    return []
  }
  const [label] = edge.labels ?? []
  return [
    {
      id: edge.id,
      names: arrow.names,
      points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
      label: label && {lines: linesOf(arrow.texts), x: label.x ?? 0, y: label.y ?? 0},
    },
  ]
}
