import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { drawFrame, type FrameBox } from './draw-frame.ts'
import {
  boxBetween,
  fitLens,
  type Lens,
  lensAt,
  lensTo,
  type Point,
  panBy,
  type Size,
  toPicture,
  zoomAt,
} from './lens.ts'

export type Zoom = 'fit' | 'box' | 'one'

interface FrameCanvasProps {
  /** Changes with the picture: what a hand did to the lens is for one picture and zoom. */
  lookId: string
  picture: ImageBitmap | null
  size: Size
  boxes: readonly FrameBox[]
  /** What `box` and `one` go to. */
  target: readonly [number, number, number, number] | null
  zoom: Zoom
  /** A place where nothing was seen. */
  spot?: Point | undefined
  hasLoupe?: boolean
  label: string
  /** The next drag draws a box. */
  isDrawing?: boolean
  onBox?: (box: [number, number, number, number]) => void
}

const WHEEL_STEP = 0.0015

/** A picture with boxes over it, to zoom with wheel or two fingers and to drag. */
export function FrameCanvas(props: FrameCanvasProps) {
  const { lookId, picture, size, boxes, target, zoom, spot, hasLoupe = false, label, isDrawing = false, onBox } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useFrameSize(canvas)
  const [hand, setHand] = useState<{ key: string; lens: Lens } | null>(null)
  const [drawn, setDrawn] = useState<{ from: Point; to: Point } | null>(null)
  const pointers = useRef(new Map<number, Point>())
  const key = `${lookId} ${zoom} ${frame.width} ${frame.height}`
  const lens = hand?.key === key ? hand.lens : lensOf(zoom, target, size, frame)
  const change = (next: (before: Lens) => Lens) => setHand({ key, lens: next(lens) })

  useLayoutEffect(() => {
    const element = canvas.current
    const ctx = element?.getContext('2d')
    if (!element || !ctx || frame.width === 0) return
    const ratio = window.devicePixelRatio
    const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)]
    if (element.width !== width || element.height !== height) Object.assign(element, { width, height })
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    const box = drawn && boxBetween(toPicture(lens, drawn.from), toPicture(lens, drawn.to), size)
    const fresh: FrameBox[] = box ? [{ id: '', box, words: '', review: 'undecided', isSelected: false }] : []
    drawFrame(ctx, { picture, size, lens, boxes: [...boxes, ...fresh], spot, hasLoupe })
  }, [picture, size, lens, boxes, drawn, frame, spot, hasLoupe])

  const wheel = useRef((_event: WheelEvent) => {})
  wheel.current = (event) => {
    event.preventDefault()
    const factor = Math.exp(-event.deltaY * WHEEL_STEP)
    change((before) => zoomAt(before, factor, { x: event.offsetX, y: event.offsetY }, size, frame))
  }
  useEffect(() => {
    const element = canvas.current
    const onWheel = (event: WheelEvent) => wheel.current(event)
    // React's own listener is passive: the page would scroll along.
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [])

  function onMove(event: PointerEvent): void {
    const before = pointers.current.get(event.pointerId)
    if (before === undefined) return
    const at = { x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY }
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    pointers.current.set(event.pointerId, at)
    if (isDrawing) setDrawn((known) => known && { ...known, to: at })
    else if (others[0] === undefined) change((lens) => panBy(lens, at.x - before.x, at.y - before.y, size, frame))
    else change((lens) => pinched(lens, before, at, others[0]!, size, frame))
  }
  function onUp(event: PointerEvent): void {
    pointers.current.delete(event.pointerId)
    const box = drawn && boxBetween(toPicture(lens, drawn.from), toPicture(lens, drawn.to), size)
    setDrawn(null)
    if (box) onBox?.(box)
  }

  return (
    <canvas
      ref={canvas}
      className={isDrawing ? 'frame-canvas is-drawing' : 'frame-canvas'}
      role="img"
      aria-label={label}
      data-look={picture === null ? '' : lookId}
      onPointerDown={(event) => {
        const at = { x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY }
        event.currentTarget.setPointerCapture(event.pointerId)
        pointers.current.set(event.pointerId, at)
        if (isDrawing) setDrawn({ from: at, to: at })
      }}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={(event) => {
        pointers.current.delete(event.pointerId)
        setDrawn(null)
      }}
    />
  )
}

function lensOf(zoom: Zoom, target: FrameCanvasProps['target'], size: Size, frame: Size): Lens {
  if (target === null || zoom === 'fit') return fitLens(size, frame)
  if (zoom === 'box') return lensTo(target, size, frame)
  const [x, y, width, height] = target
  return lensAt({ x: x + width / 2, y: y + height / 2 }, 1 / window.devicePixelRatio, size, frame)
}

/** One of two fingers moved: the picture grows by as much as they parted, around the other one. */
function pinched(lens: Lens, before: Point, at: Point, other: Point, size: Size, frame: Size): Lens {
  const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y))
  return zoomAt(lens, apart(at) / apart(before), other, size, frame)
}

function useFrameSize(canvas: { current: HTMLCanvasElement | null }): Size {
  const [frame, setFrame] = useState<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = canvas.current
    if (element === null) return
    const measure = () => {
      const [width, height] = [element.clientWidth, element.clientHeight]
      setFrame((before) => (before.width === width && before.height === height ? before : { width, height }))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [canvas])
  return frame
}
