import { Duplex } from 'node:stream'
import { encodePubacks } from './publish-packet.ts'

/** A connection, split in two: aedes holds the `link`, and the messages of devices are taken and acknowledged past it. */
export interface Wire {
  /** What aedes reads from and writes to. Ends, fails and closes with the socket, and the other way round. */
  readonly link: Duplex
  /** Hands a whole packet to aedes. */
  toBroker(packet: Buffer): void
  /** Acknowledges a message; what one turn of the event loop acknowledges goes out in one write. */
  puback(messageId: number): void
  /** Reads nothing more until `resume`: the sender has to wait. */
  pause(): void
  resume(): void
  isPaused(): boolean
  /** Bytes that the network has not taken yet. */
  unsentBytes(): number
}

/** `later` runs what it is given once this turn's work is done. */
export function createWire(socket: Duplex, onChunk: (chunk: Buffer) => void, later: Later): Wire {
  let isHeld = false
  let isBrokerBusy = false
  let pubacks: number[] = []
  const link = new Duplex({
    read() {
      isBrokerBusy = false
      flow()
    },
    write(chunk: Buffer, _encoding, done) {
      socket.write(chunk, done)
    },
    writev(chunks: { chunk: Buffer }[], done) {
      socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
    },
    final(done) {
      socket.end(done)
    },
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })

  function flow(): void {
    if (isHeld || isBrokerBusy) socket.pause()
    else if (socket.isPaused()) socket.resume()
  }

  function sendPubacks(): void {
    const bytes = encodePubacks(pubacks)
    pubacks = []
    if (socket.writable) socket.write(bytes)
  }

  socket.on('data', onChunk)
  socket.on('end', () => link.push(null))
  socket.on('error', (error) => link.destroy(error))
  socket.on('close', () => link.destroy())
  link.on('error', ignore)

  return {
    link,
    toBroker(packet) {
      isBrokerBusy = !link.push(packet)
      if (isBrokerBusy) flow()
    },
    puback(messageId) {
      if (pubacks.push(messageId) === 1) later(sendPubacks)
    },
    pause() {
      isHeld = true
      flow()
    },
    resume() {
      isHeld = false
      flow()
    },
    isPaused: () => isHeld || isBrokerBusy,
    unsentBytes: () => link.writableLength + socket.writableLength,
  }
}

export type Later = (work: () => void) => void

/** One microtask for all that one turn puts off: one commit acknowledges messages of hundreds of connections. */
export function createLater(): Later {
  let waiting: (() => void)[] = []
  const run = () => {
    const due = waiting
    waiting = []
    for (const work of due) work()
  }
  return (work) => {
    if (waiting.push(work) === 1) queueMicrotask(run)
  }
}

function ignore(): void {}
