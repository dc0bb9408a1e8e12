import {createKeepspace} from 'keepspace'
import {localforageStorage} from 'keepspace/localforage'
import {createRoot} from 'react-dom/client'
import {note} from './note.ts'
import {NotePage} from './note-page.tsx'

const keepspace = createKeepspace({namespace: 'notes', components: [note], storage: localforageStorage()})
keepspace.open('home', {create: {title: 'Home'}}).add(note, {id: 'first', ifAbsent: true})

const app = document.getElementById('app')
if (app !== null) {
  createRoot(app).render(<NotePage keepspace={keepspace} />)
}
