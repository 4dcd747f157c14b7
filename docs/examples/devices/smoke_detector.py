#!/usr/bin/env python3
"""A smoke detector that behaves, to copy from. It needs paho-mqtt (Debian: python3-paho-mqtt; 1.6 and 2.x work).

Environment: HUYING_MQTT_HOST, HUYING_MQTT_PORT, HUYING_DEVICE_ID, HUYING_DEVICE_TOKEN, HUYING_REPORT_EVERY_S; HUYING_MQTT_OVER is tcp,
tls, ws or wss, and HUYING_CA_FILE the certificate to trust.
"""
import json
import os
import random
import time
from collections import deque
from datetime import datetime, timedelta, timezone

import paho.mqtt.client as mqtt

DEVICE = os.environ.get("HUYING_DEVICE_ID", "smoke-1")
OVER = os.environ.get("HUYING_MQTT_OVER", "tcp")
EVERY_S = float(os.environ.get("HUYING_REPORT_EVERY_S", "60"))
KEPT = 10_000

waiting = deque(maxlen=KEPT)  # reports that are not acknowledged yet, oldest first
on_the_way = {}  # message id -> report
clock_off = timedelta()


def topic(channel):
    return f"huying/v1/{DEVICE}/{channel}"


def on_connect(client, _data, _flags, code, *_):
    if code != 0:
        return
    client.publish(topic("status"), json.dumps({"online": True, "type": "smoke-detector", "firmware": "1.0.0"}), qos=1)
    client.subscribe(topic("commands"), qos=1)


def on_message(_client, _data, message):
    global clock_off
    try:
        command = json.loads(message.payload)
        if command.get("name") == "set_clock":
            clock_off = datetime.fromisoformat(command["at"].replace("Z", "+00:00")) - datetime.now(timezone.utc)
    except (ValueError, KeyError, AttributeError):
        pass  # not a command: go on


def on_publish(_client, _data, mid, *_):
    on_the_way.pop(mid, None)


def read_sensor():
    return {"smoke_dbm": round(random.random() / 100, 4), "temp_c": 21.5, "battery_pct": 97}


def measure(seq):
    at = (datetime.now(timezone.utc) + clock_off).isoformat(timespec="milliseconds")
    return {"at": at, "seq": seq, "values": read_sensor()}


def send(client):
    """paho keeps what is on the way and sends it again after a reconnect; what it never took waits here."""
    while waiting and client.is_connected():
        report = waiting.popleft()
        info = client.publish(topic("readings"), json.dumps(report), qos=1)
        on_the_way[info.mid] = report


def create_client():
    options = {"client_id": DEVICE, "clean_session": False, "transport": "websockets" if OVER.startswith("ws") else "tcp"}
    if hasattr(mqtt, "CallbackAPIVersion"):  # paho 2
        options["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
    client = mqtt.Client(**options)
    if OVER in ("tls", "wss"):
        client.tls_set(os.environ.get("HUYING_CA_FILE"))  # without a file: the authorities of the system
    return client


def main():
    client = create_client()
    client.username_pw_set(DEVICE, os.environ.get("HUYING_DEVICE_TOKEN", ""))
    client.will_set(topic("status"), json.dumps({"online": False}), qos=1)
    client.reconnect_delay_set(min_delay=2, max_delay=60)  # twice as long after each attempt
    client.on_connect, client.on_message, client.on_publish = on_connect, on_message, on_publish
    client.connect_async(os.environ.get("HUYING_MQTT_HOST", "127.0.0.1"), int(os.environ.get("HUYING_MQTT_PORT", "1883")), 60)
    client.loop_start()
    seq = 0
    while True:
        waiting.append(measure(seq))
        seq += 1
        send(client)
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
