/*
 * A smoke detector that behaves, to copy from. It needs libmosquitto:
 *   cc smoke_detector.c -o smoke_detector -lmosquitto
 * Environment: HUYING_MQTT_HOST, HUYING_MQTT_PORT, HUYING_DEVICE_ID, HUYING_DEVICE_TOKEN, HUYING_REPORT_EVERY_S; with HUYING_CA_FILE (the
 * certificate to trust) it connects over TLS.
 */
#include <mosquitto.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *device;
static double clock_off_s;

static const char *env(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value != NULL && *value != '\0' ? value : otherwise;
}

static void topic(char *out, size_t size, const char *channel) {
  snprintf(out, size, "huying/v1/%s/%s", device, channel);
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void on_connect(struct mosquitto *client, void *data, int code) {
  (void)data;
  if (code != 0) return;
  char name[128];
  const char *birth = "{\"online\": true, \"type\": \"smoke-detector\", \"firmware\": \"1.0.0\"}";
  topic(name, sizeof name, "status");
  mosquitto_publish(client, NULL, name, (int)strlen(birth), birth, 1, false);
  topic(name, sizeof name, "commands");
  mosquitto_subscribe(client, NULL, name, 1);
}

/* {"id": "…", "name": "set_clock", "at": "2026-11-22T08:15:00.123Z"}. A device with a JSON library reads it properly. */
static void on_message(struct mosquitto *client, void *data, const struct mosquitto_message *message) {
  (void)client;
  (void)data;
  char text[512] = "";
  if (message->payloadlen <= 0 || message->payloadlen >= (int)sizeof text) return;
  memcpy(text, message->payload, (size_t)message->payloadlen);
  const char *at = strstr(text, "\"at\":\"");
  if (strstr(text, "\"set_clock\"") == NULL || at == NULL) return;
  struct tm told = {0};
  double second = 0;
  if (sscanf(at + 6, "%4d-%2d-%2dT%2d:%2d:%lfZ", &told.tm_year, &told.tm_mon, &told.tm_mday, &told.tm_hour, &told.tm_min,
             &second) != 6)
    return;
  told.tm_year -= 1900;
  told.tm_mon -= 1;
  clock_off_s = (double)timegm(&told) + second - now_s();
}

/* libmosquitto keeps it and sends it again until it is acknowledged, also when there is no connection now. */
static void report(struct mosquitto *client, long seq) {
  double at = now_s() + clock_off_s;
  time_t whole = (time_t)at;
  char when[32], name[128], payload[256];
  strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", gmtime(&whole));
  int length = snprintf(payload, sizeof payload,
                        "{\"at\": \"%s.%03dZ\", \"seq\": %ld, \"values\": {\"smoke_dbm\": %.4f, \"temp_c\": 21.5, \"battery_pct\": 97}}",
                        when, (int)((at - (double)whole) * 1000), seq, (double)(rand() % 100) / 10000);
  topic(name, sizeof name, "readings");
  mosquitto_publish(client, NULL, name, length, payload, 1, false);
}

int main(void) {
  device = env("HUYING_DEVICE_ID", "smoke-1");
  const double every_s = atof(env("HUYING_REPORT_EVERY_S", "60"));
  mosquitto_lib_init();
  /* Not a clean session: what is on the way survives a broken connection. */
  struct mosquitto *client = mosquitto_new(device, false, NULL);
  if (client == NULL) return 1;
  char name[128];
  const char *gone = "{\"online\": false}";
  topic(name, sizeof name, "status");
  mosquitto_will_set(client, name, (int)strlen(gone), gone, 1, false);
  mosquitto_username_pw_set(client, device, env("HUYING_DEVICE_TOKEN", ""));
  const char *ca = getenv("HUYING_CA_FILE");
  if (ca != NULL && mosquitto_tls_set(client, ca, NULL, NULL, NULL, NULL) != MOSQ_ERR_SUCCESS) return 1;
  mosquitto_reconnect_delay_set(client, 2, 60, true); /* longer after each attempt */
  mosquitto_connect_callback_set(client, on_connect);
  mosquitto_message_callback_set(client, on_message);
  mosquitto_connect_async(client, env("HUYING_MQTT_HOST", "127.0.0.1"), atoi(env("HUYING_MQTT_PORT", "1883")), 60);
  mosquitto_loop_start(client);
  for (long seq = 0;; seq++) {
    report(client, seq);
    usleep((useconds_t)(every_s * 1e6));
  }
}
