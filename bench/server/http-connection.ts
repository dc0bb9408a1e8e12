import {connect} from 'node:net'

export type RawAnswer = {readonly status: number; readonly body: string}

/** One connection that sends one request after the other, with as little of its own work as possible. */
export async function openConnection(port: number) {
  const socket = connect({port, host: '127.0.0.1', noDelay: true})
  let received = ''
  let onAnswer: (answer: RawAnswer) => void = () => undefined
  let onFailure: (error: Error) => void = () => undefined
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const headEnd = received.indexOf('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(received.slice(0, Math.max(headEnd, 0)))?.[1]
    if (headEnd >= 0 && length !== undefined && received.length >= headEnd + 4 + Number(length)) {
      const answer = {status: Number(received.slice(9, 12)), body: received.slice(headEnd + 4)}
      received = ''
      onAnswer(answer)
    }
  })
  socket.on('error', (error) => onFailure(error))
  socket.on('close', () => onFailure(new Error('The server closed the connection.')))
  await new Promise<void>((resolve, reject) => {
    onFailure = reject
    socket.once('connect', resolve)
  })
  return {
    /** @param body - ASCII */
    send: (head: string, body: string) =>
      new Promise<RawAnswer>((resolve, reject) => {
        onAnswer = resolve
        onFailure = reject
        socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`, 'latin1')
      }),
    close: () => {
      onFailure = () => undefined
      socket.destroy()
    },
  }
}
