#!/usr/bin/env python3
"""Sends one block of raw vibration (HYWF version 1) over HTTP: send_waveform.py URL DEVICE TOKEN [PEAK_MM_S] [HZ]"""
import base64, math, struct, sys, time, urllib.request, zlib

url, device, token = sys.argv[1:4]
peak, hz = (float(sys.argv[4]) if len(sys.argv) > 4 else 1.0), (float(sys.argv[5]) if len(sys.argv) > 5 else 20.0)
rate, seconds, scale = 500.0, 4, 0.001  # a count is 0.001 mm/s

counts = []
for i in range(int(rate * seconds)):
    v = peak * math.sin(2 * math.pi * hz * i / rate)
    counts += [round(v / scale), round(0.5 * v / scale), round(0.2 * v / scale)]  # x, y, z in turn

start_us = int((time.time() - seconds) * 1e6)
head = struct.pack('<4sBBBBHHIQddIf', b'HYWF', 1, 1, 1, 7, 0, 48, 1, start_us, rate, scale, len(counts) // 3, 30.0)
block = head + struct.pack(f'<{len(counts)}h', *counts)
block += struct.pack('<I', zlib.crc32(block))
request = urllib.request.Request(f'{url}/api/v1/waveforms?device={device}', data=block, method='POST')
request.add_header('Authorization', 'Basic ' + base64.b64encode(f'{device}:{token}'.encode()).decode())
request.add_header('Content-Type', 'application/octet-stream')
print(urllib.request.urlopen(request).read().decode())
