import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Pose } from '../core/detection.ts'
import type { DeviceRegistry } from '../core/device-registry.ts'
import { AppError, toAppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { FrameTold, FrontDoor, Outcome, Submit } from '../core/front-door.ts'
import type { Arrival, Frame, Waveform } from '../core/observation.ts'
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts'
import { createCaptures } from './captures.ts'
import { type CameraCaptured, decodeCameraCaptured } from './codecs/camera-captured.ts'
import { decodeReadings } from './codecs/decode-readings.ts'
import type { DecodedReadings } from './codecs/decoded.ts'
import { decodeFlightNews } from './codecs/flight-news.ts'
import { decodeRecord } from './codecs/record.ts'
import { decodeWaveform, toWaveform } from './codecs/waveform.ts'
import { checkTimeMs } from './device-time.ts'
import type { FrameHeader } from './frame-pose.ts'
import { createGate } from './gate.ts'
import { withLargestComponents } from './largest-components.ts'
import { DEFAULT_LIMITS, type IngestLimits } from './limits.ts'
import type { Refusals } from './refusals.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'

export interface FrontDoorOptions {
  submit: Submit
  registry: Pick<DeviceRegistry, 'get'>
  evidence: Pick<EvidenceStore, 'put'>
  readFrameHeader: (jpeg: Buffer) => Promise<FrameHeader | Refusal>
  refusals: Refusals
  clock: Clock
  limits?: Partial<IngestLimits>
  /** False while no more frames may wait to be analysed: then they are turned away as `overloaded`. */
  hasRoomForFrames?: () => boolean
  /** Where the bytes of waveforms are kept for a while; without it none are taken in. */
  waveforms?: Pick<EvidenceStore, 'put'>
  /** False while no more waveforms may wait to be analysed. */
  hasRoomForWaveforms?: () => boolean
  /** Where the latest pose of a drone is remembered; its own by default. */
  telemetry?: Telemetry
}

/**
 * The way in for every wire. A refused input is counted here, once, under the device that sent it.
 * The evidence of a frame is durable before the frame is submitted, so no journal entry names a file that is not there.
 */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { submit, registry, evidence, readFrameHeader, refusals, clock, hasRoomForFrames = () => true } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const telemetry = options.telemetry ?? createTelemetry()
  const captures = createCaptures()
  const gate = createGate(limits.framesInFlight, limits.framesWaiting)
  const waveformGate = createGate(limits.waveformsInFlight, limits.waveformsWaiting, 'too many waveforms at once')

  function counted(deviceId: string, refusal: Refusal): Refusal {
    refusals.count(deviceId, refusal)
    return refusal
  }

  function decode(deviceId: string, payload: Buffer, arrivalMs: number): DecodedReadings[] | Refusal {
    if (!registry.get(deviceId)) return refuse('unknown_device', 'readings from a device that is not registered')
    if (payload.length > limits.readingsBytes)
      return refuse('too_large', `readings: more than ${limits.readingsBytes} bytes`)
    const { samplesPerMessage, futureMs } = limits
    return decodeReadings(payload, { deviceId, arrivalMs, samplesPerMessage, futureMs })
  }

  function readings(deviceId: string, payload: Buffer, done: (outcome: Outcome) => void): void {
    const arrivalMs = clock.nowMs()
    const messages = decode(deviceId, payload, arrivalMs)
    if (isRefusal(messages)) {
      done(counted(deviceId, messages))
      return
    }
    const each = messages.length === 1 ? done : whenAll(messages.length, done)
    for (const { messageSeq, samples } of messages) {
      telemetry.note(deviceId, samples, arrivalMs)
      submit({ kind: 'readings', deviceId, messageSeq, samples: withLargestComponents(samples) }, each)
    }
  }

  function camera(deviceId: string, payload: Buffer, done: (outcome: Outcome) => void): void {
    const arrivalMs = clock.nowMs()
    const captured = decodeCamera(deviceId, payload, arrivalMs)
    if (isRefusal(captured)) {
      done(counted(deviceId, captured))
      return
    }
    const { isTaken, samples, ...capture } = captured
    if (isTaken) captures.note(deviceId, capture)
    telemetry.note(deviceId, samples, arrivalMs)
    submit({ kind: 'readings', deviceId, messageSeq: null, samples }, done)
  }

  function decodeCamera(deviceId: string, payload: Buffer, arrivalMs: number): CameraCaptured | Refusal {
    if (!registry.get(deviceId)) return refuse('unknown_device', 'a capture from a device that is not registered')
    if (payload.length > limits.readingsBytes)
      return refuse('too_large', `camera: more than ${limits.readingsBytes} bytes`)
    return decodeCameraCaptured(payload, arrivalMs, limits.futureMs)
  }

  async function frame(deviceId: string, jpeg: Buffer, told: FrameTold = {}): Promise<Frame | Refusal> {
    const fault = findFrameFault(deviceId, jpeg)
    if (fault) return counted(deviceId, fault)
    if (!hasRoomForFrames()) throw new AppError('overloaded', 'too many frames wait to be analysed')
    return gate.run(() => admitFrame(deviceId, jpeg, told))
  }

  function findFrameFault(deviceId: string, jpeg: Buffer): Refusal | null {
    if (!registry.get(deviceId)) return refuse('unknown_device', 'a frame from a device that is not registered')
    if (jpeg.length > limits.frameBytes) return refuse('too_large', `frame: more than ${limits.frameBytes} bytes`)
    return isJpeg(jpeg) ? null : refuse('not_a_jpeg', 'frame: does not begin like a JPEG (FF D8 FF)')
  }

  async function admitFrame(deviceId: string, jpeg: Buffer, told: FrameTold): Promise<Frame | Refusal> {
    const arrivalMs = clock.nowMs()
    const known = telemetry.latest(deviceId, arrivalMs)
    const header = await readFrameHeader(jpeg)
    if (isRefusal(header)) return counted(deviceId, header)
    const saidMs = takenMs(header.atMs, arrivalMs) ?? takenMs(told.takenMs ?? null, arrivalMs)
    const capture = captures.find(deviceId, { name: told.name, takenMs: saidMs })
    const atMs = saidMs ?? capture?.atMs ?? null
    const flownPose = atMs === null ? known?.pose : telemetry.at(deviceId, atMs)
    const sha256 = await evidence.put(jpeg)
    const frame: Frame = {
      kind: 'frame',
      deviceId,
      frameId: frameIdOf(deviceId, sha256),
      sha256,
      atMs: atMs ?? known?.atMs ?? arrivalMs,
      widthPx: header.widthPx,
      heightPx: header.heightPx,
      pose: joinPoses({ ...flownPose, ...told.pose, ...capture?.pose }, header.pose),
      ...(told.flightId !== undefined && { flightId: told.flightId }),
    }
    await submitted(frame)
    return frame
  }

  async function waveform(deviceId: string, block: Buffer): Promise<Waveform | Refusal> {
    const head = decodeBlock(deviceId, block)
    if (isRefusal(head)) return counted(deviceId, head)
    const { waveforms, hasRoomForWaveforms = () => true } = options
    if (!waveforms || !hasRoomForWaveforms()) throw new AppError('overloaded', 'too many waveforms wait to be analysed')
    return waveformGate.run(async () => {
      const found = toWaveform(deviceId, await waveforms.put(block), head)
      await submitted(found)
      return found
    })
  }

  function decodeBlock(deviceId: string, block: Buffer) {
    if (!registry.get(deviceId)) return refuse('unknown_device', 'a waveform from a device that is not registered')
    if (block.length > limits.waveformBytes)
      return refuse('too_large', `waveform: more than ${limits.waveformBytes} bytes`)
    return decodeWaveform(block, clock.nowMs(), limits.futureMs)
  }

  /** The picture's own time when it is believable; a camera whose clock was never set says nothing. */
  function takenMs(atMs: number | null, arrivalMs: number): number | null {
    const checked = atMs === null ? null : checkTimeMs(atMs, arrivalMs, limits.futureMs, 'time')
    return typeof checked === 'number' ? checked : null
  }

  function submitted(arrival: Arrival): Promise<void> {
    return new Promise((resolve, reject) => submit(arrival, (error) => (error ? reject(error) : resolve())))
  }

  return {
    readings,
    camera,
    async news(deviceId, flightId, body) {
      const arrivalMs = clock.nowMs()
      const news = registry.get(deviceId)
        ? decodeFlightNews({ deviceId, flightId, body }, { arrivalMs, futureMs: limits.futureMs })
        : refuse('unknown_device', 'a flight of a device that is not registered')
      if (isRefusal(news)) return counted(deviceId, news)
      await submitted(news)
      return news
    },
    frame: (deviceId, jpeg, told) => frame(deviceId, jpeg, told).catch((thrown) => Promise.reject(toAppError(thrown))),
    waveform: (deviceId, block) => waveform(deviceId, block).catch((thrown) => Promise.reject(toAppError(thrown))),
    async record(source, body) {
      const { futureMs, recordBytes } = limits
      const record = decodeRecord(body, { source, arrivalMs: clock.nowMs(), futureMs, recordBytes })
      if (isRefusal(record)) return counted(source, record)
      await submitted(record)
      return record
    },
  }
}

/** Calls back once, when `count` submissions have ended: with the first error, or null. */
function whenAll(count: number, done: (outcome: Outcome) => void): (error: AppError | null) => void {
  let open = count
  let failure: AppError | null = null
  return (error) => {
    failure ??= error
    if (--open === 0) done(failure)
  }
}

/** The same picture from the same device is the same frame, however often and by whichever way it comes. */
function frameIdOf(deviceId: string, sha256: string): string {
  return createHash('sha256').update(`${deviceId}:${sha256}`).digest('hex').slice(0, 32)
}

function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

/** What the picture says itself counts more; where it says nothing of place and angles, the flight's telemetry does. */
function joinPoses(flown: Pose, own: Pose): Pose {
  const tells = ({ position, gimbalYawDeg, gimbalPitchDeg }: Pose) =>
    [position, gimbalYawDeg, gimbalPitchDeg].filter((one) => one !== undefined).length
  const pose = { ...flown, ...own }
  if (tells(pose) === 0) return pose
  const from = tells(own) === tells(pose) ? 'picture' : tells(own) === 0 ? 'telemetry' : 'both'
  return { ...pose, from }
}
