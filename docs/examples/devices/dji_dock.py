#!/usr/bin/env python3
"""A dock with its drone that behaves, on the topics of the DJI Cloud API, to copy from. It needs paho-mqtt (1.6 and 2.x work).

    dji_dock.py picture.jpg …

It flies at once and for good, uploads the pictures one after the other to the store that it is told, and announces each.
Environment: HUYING_MQTT_HOST, HUYING_MQTT_PORT, HUYING_DEVICE_ID (serial of the dock), HUYING_DRONE_ID, HUYING_DEVICE_TOKEN,
HUYING_REPORT_EVERY_S.
"""
import itertools
import json
import os
import queue
import sys
import time
import urllib.request
import uuid

import paho.mqtt.client as mqtt

DOCK = os.environ.get("HUYING_DEVICE_ID", "DOCK1")
DRONE = os.environ.get("HUYING_DRONE_ID", "DRONE1")
EVERY_S = float(os.environ.get("HUYING_REPORT_EVERY_S", "2"))
FLIGHT = f"flight-{uuid.uuid4().hex[:8]}"
PLACE = {"lat": 29.9, "lng": 121.5}
UNKNOWN_SERVICE = 314000  # any result but 0

stores = queue.Queue()  # answers to storage_config_get


def say(client, topic, data, method=None, **more):
    message = {"tid": str(uuid.uuid4()), "bid": FLIGHT, "timestamp": int(time.time() * 1000), "gateway": DOCK, "data": data, **more}
    if method is not None:
        message["method"] = method
    return client.publish(topic, json.dumps(message), qos=1)


def on_connect(client, _data, _flags, code, *_):
    if code != 0:
        return
    for topic in ("events_reply", "requests_reply", "services"):
        client.subscribe(f"thing/product/{DOCK}/{topic}", qos=1)
    client.subscribe(f"sys/product/{DOCK}/status_reply", qos=1)
    say(client, f"sys/product/{DOCK}/status", {"sub_devices": [{"sn": DRONE, "type": 91, "sub_type": 0}]}, "update_topo")


def on_message(client, _data, message):
    try:
        said = json.loads(message.payload)
    except ValueError:
        return
    if message.topic.endswith("/services"):  # it knows none: it says so, with the same tid and bid
        answer = {key: said.get(key) for key in ("tid", "bid", "method")}
        answer.update(timestamp=int(time.time() * 1000), data={"result": UNKNOWN_SERVICE})
        client.publish(f"thing/product/{DOCK}/services_reply", json.dumps(answer), qos=1)
    if message.topic.endswith("/requests_reply") and said["data"].get("result") == 0:
        stores.put(said["data"]["output"])


def tell_where(client, number):
    osd = {"latitude": PLACE["lat"], "longitude": PLACE["lng"], "elevation": 60.0, "height": 88.0, "attitude_head": 90.0,
           "mode_code": 5, "battery": {"capacity_percent": max(20, 97 - number // 10)}, "53-0-0": {"gimbal_pitch": -90, "gimbal_yaw": 90}}
    client.publish(f"thing/product/{DRONE}/osd", json.dumps(
        {"tid": str(uuid.uuid4()), "bid": FLIGHT, "timestamp": int(time.time() * 1000), "gateway": DOCK, "data": osd}))
    say(client, f"thing/product/{DOCK}/events",
        {"output": {"status": "in_progress", "progress": {"percent": min(99, number)}, "ext": {"flight_id": FLIGHT, "media_count": number}}},
        "flighttask_progress", need_reply=1)


def upload(store, path, number):
    """To an S3-compatible store. The kit's takes it as it is; a real one wants it signed (any S3 library does)."""
    name = f"DJI_{number:04d}.jpg"
    key = f"{store['object_key_prefix']}/{FLIGHT}/{name}"
    with open(path, "rb") as file:
        jpeg = file.read()
    urllib.request.urlopen(urllib.request.Request(f"{store['endpoint']}/{store['bucket']}/{key}", data=jpeg, method="PUT"), timeout=30)
    return key, name


def announce(client, key, name, number):
    taken = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    file = {"object_key": key, "name": name, "path": FLIGHT, "ext": {"flight_id": FLIGHT, "is_original": True},
            "metadata": {"create_time": taken, "shoot_position": PLACE, "relative_altitude": 60.0, "absolute_altitude": 88.0,
                         "gimbal_yaw_degree": 90.0}}
    counts = {"uploaded_file_count": number + 1, "expected_file_count": number + 1, "flight_type": 0}
    say(client, f"thing/product/{DOCK}/events", {"file": file, "flight_task": counts}, "file_upload_callback", need_reply=1)


def create_client():
    if hasattr(mqtt, "CallbackAPIVersion"):  # paho 2
        return mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, client_id=DOCK, clean_session=False)
    return mqtt.Client(client_id=DOCK, clean_session=False)


def main():
    client = create_client()
    client.username_pw_set(DOCK, os.environ.get("HUYING_DEVICE_TOKEN", ""))
    client.reconnect_delay_set(min_delay=2, max_delay=60)
    client.on_connect, client.on_message = on_connect, on_message
    client.connect_async(os.environ.get("HUYING_MQTT_HOST", "127.0.0.1"), int(os.environ.get("HUYING_MQTT_PORT", "1883")), 60)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.1)
    say(client, f"thing/product/{DOCK}/requests", {"module": 0}, "storage_config_get")
    store = stores.get(timeout=30)
    for number, path in enumerate(itertools.cycle(sys.argv[1:] or sys.exit("which picture?"))):
        if client.is_connected():
            tell_where(client, number)
        announce(client, *upload(store, path, number), number)
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
