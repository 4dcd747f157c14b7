# Build stage: compile the service and the pages, then drop what only the build needs.
FROM node:22-bookworm-slim AS build
WORKDIR /huying
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
WORKDIR /huying
ENV NODE_ENV=production HUYING_DATA_DIR=/data
COPY --from=build --chown=node:node /huying /huying
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080 1883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.HUYING_HTTP_PORT || 8080) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "app/huying.mjs", "serve"]
