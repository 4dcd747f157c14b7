#!/usr/bin/env python3
"""A fixed camera that behaves, to copy from: one JPEG after the other over HTTP. It needs nothing beyond Python 3.9.

    camera_http.py picture.jpg …

Environment: HUYING_HTTP_URL, HUYING_DEVICE_ID, HUYING_DEVICE_TOKEN, HUYING_REPORT_EVERY_S.
"""
import base64
import itertools
import os
import sys
import time
import urllib.error
import urllib.request
from collections import deque

DEVICE = os.environ.get("HUYING_DEVICE_ID", "camera-1")
TOKEN = os.environ.get("HUYING_DEVICE_TOKEN", "")
URL = os.environ.get("HUYING_HTTP_URL", "http://127.0.0.1:8080") + f"/api/v1/frames?device={DEVICE}"
EVERY_S = float(os.environ.get("HUYING_REPORT_EVERY_S", "60"))
LONGEST_WAIT_S = 60

waiting = deque(maxlen=100)  # pictures that are not taken yet, oldest first


def photograph(path, number):
    """A real camera takes a new one; here the same file becomes another picture by a comment (JPEG segment FFFE)."""
    with open(path, "rb") as file:
        jpeg = file.read()
    note = b"picture %d" % number
    return jpeg[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + jpeg[2:]


def post(jpeg):
    """Seconds to wait before the same picture is sent again; None when it was taken, or will never be."""
    login = base64.b64encode(f"{DEVICE}:{TOKEN}".encode()).decode()
    request = urllib.request.Request(URL, data=jpeg, headers={"Content-Type": "image/jpeg", "Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(request, timeout=30):
            return None
    except urllib.error.HTTPError as error:
        if error.code < 500 and error.code != 429:
            print(f"refused: {error.code} {error.read().decode()}", file=sys.stderr)
            return None
        return float(error.headers.get("Retry-After", "5"))
    except OSError as error:
        print(error, file=sys.stderr)
        return 5.0


def main():
    started = time.monotonic()
    not_before = 0.0
    for number, path in enumerate(itertools.cycle(sys.argv[1:] or sys.exit("which picture?"))):
        waiting.append(photograph(path, number))
        while waiting and time.monotonic() >= not_before:
            wait_s = post(waiting[0])
            if wait_s is None:
                waiting.popleft()
            else:
                not_before = time.monotonic() + min(wait_s, LONGEST_WAIT_S)
        time.sleep(max(0.0, started + (number + 1) * EVERY_S - time.monotonic()))


if __name__ == "__main__":
    main()
