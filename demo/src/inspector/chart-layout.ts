import ELK from 'elkjs/lib/elk-api.js'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import type {GraphLayout} from 'keepspace/inspector-panel'

const elk = new ELK({workerUrl})

/** Charts are laid out in a worker: the page stays quick meanwhile. */
export const chartLayout: GraphLayout = (graph) => elk.layout(graph)
