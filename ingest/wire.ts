import { Duplex } from 'node:stream'
import { encodePuback } from './publish-packet.ts'

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

export function createWire(socket: Duplex, onChunk: (chunk: Buffer) => void): Wire {
  let isHeld = false
  let isBrokerBusy = false
  let pubacks: Buffer[] = []
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
    const bytes = pubacks.length === 1 ? (pubacks[0] as Buffer) : Buffer.concat(pubacks)
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
      if (pubacks.push(encodePuback(messageId)) === 1) queueMicrotask(sendPubacks)
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

function ignore(): void {}
