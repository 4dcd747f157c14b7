/**
 * Width of the sensor that a still picture covers, millimetres, by the EXIF `Model` of the camera. A 16:9 picture is a
 * 4:3 one cut at top and bottom, so the width holds for both. Sources: DJI's specifications, OpenSfM's sensor table.
 */
export const SENSOR_WIDTHS_MM: Readonly<Record<string, number>> = {
  // Phantom 2 Vision+, Phantom 3, Phantom 4, Inspire 1 (X3), Mavic Pro and Air: 1/2.3″
  FC200: 6.17,
  FC300C: 6.17,
  FC300S: 6.17,
  FC300X: 6.17,
  FC330: 6.17,
  FC350: 6.17,
  FC220: 6.17,
  FC2103: 6.17,
  FC2204: 6.17,
  // Mini, Mini 2
  FC7203: 6.17,
  FC7303: 6.17,
  // Phantom 4 Pro and RTK, Zenmuse X4S, Mavic 2 Pro, Air 2S: 1″
  FC6310: 13.2,
  FC6310S: 13.2,
  FC6310R: 13.2,
  FC6510: 13.2,
  'L1D-20c': 13.2,
  FC3411: 13.2,
  // Zenmuse X5, X5S; Mavic 3 and 3 Enterprise: 4/3″
  FC550: 17.3,
  FC6520: 17.3,
  'L2D-20c': 17.3,
  M3E: 17.3,
  // Zenmuse X7 and P1
  FC6540: 23.5,
  ZenmuseP1: 35.9,
}
